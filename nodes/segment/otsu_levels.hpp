// Otsu's choice of thresholds: those that part the counts of a histogram into classes which differ most. Pure functions.
#pragma once

#include <vector>

namespace radflow {

// The last bin of each class but the highest, one for two classes. By N. Otsu (1979), and for more classes P.-S. Liao et
// al., A fast algorithm for multilevel thresholding (2001): the numbers of scikit-image's threshold_otsu and
// threshold_multiotsu. Empty where fewer bins hold anything than there are classes.
std::vector<int> otsu_levels(const std::vector<double>& counts);
std::vector<int> multi_otsu_levels(const std::vector<double>& counts, int classes);

}  // namespace radflow
