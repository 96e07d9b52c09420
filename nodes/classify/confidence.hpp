// Confidence: 95 % intervals that more than one measure needs. Pure functions.
//
// Where nothing varies, as where every case is right, the draws of a bootstrap and DeLong's variance say nothing of what
// other cases would give: a width of zero would claim that it is known. A share has Wilson's interval there too (Newcombe
// 1998, Statistics in Medicine 17:857). Of cases that come in groups its number of cases is the number of groups: the
// effective sample size (Rao and Scott 1992, Biometrics 48:577) where the cases of a group all say the same, the widest
// that it may be. Other measures have no interval there: of an area under the curve that is 1 see Obuchowski and Lieber
// 2002, Academic Radiology 9:526.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace radflow {

struct ConfidenceInterval {
  double low = 0;
  double high = 0;
};

// Wilson's score interval (Wilson 1927) of a share of `n` cases, above 0: right also for few cases and near 0 and 1.
ConfidenceInterval wilson(double share, double n);

// A measure by its name: "sensitivity". Absent where the cases do not have it.
struct Estimate {
  std::string name;
  std::optional<double> value;
  std::optional<ConfidenceInterval> interval;
  std::string without = {};  // why a value has no interval: `no_variance` or `too_few`
};

inline constexpr const char* no_variance = "no variance";
inline constexpr const char* too_few = "too few";

// What `draws` of a bootstrap say, `wanted` of which were drawn; those that lack the measure are not among them.
struct Drawn {
  std::optional<ConfidenceInterval> interval;  // from the 2.5th to the 97.5th percentile
  std::string without;
};
Drawn interval_of(std::vector<double> draws, std::size_t wanted);

}  // namespace radflow
