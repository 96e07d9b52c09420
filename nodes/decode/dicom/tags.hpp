// Reads values of DICOM elements, whatever their VR, and finds them in functional groups.
#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace radflow {

// All not thread-safe: DCMTK loads values on demand.

// A value, without padding, in UTF-8 by the object's SpecificCharacterSet; "" if there is none. What is in no
// character set is replaced by U+FFFD.
std::string text_of(DcmItem& item, const DcmTagKey& tag, unsigned long index = 0);
// The first `most` values; empty if there are none or one of them is not a finite number. A file may hold a hundred thousand:
// what is read for every frame needs a bound.
std::vector<double> numbers_of(DcmItem& item, const DcmTagKey& tag, std::size_t most);
std::optional<double> number_of(DcmItem& item, const DcmTagKey& tag);
std::optional<std::int64_t> integer_of(DcmItem& item, const DcmTagKey& tag);
// Values of a US, SS or OW element as they lie in the file, in 16-bit words; 8-bit ones widened.
std::vector<std::uint16_t> words_of(DcmItem& item, const DcmTagKey& tag);
// The two values of 8 bits in each word, the lower half first.
std::vector<std::uint16_t> bytes_of(const std::vector<std::uint16_t>& words);
bool has(DcmItem& item, const DcmTagKey& tag);  // is there and not empty
// Null if there is no such item.
DcmItem* item_of(DcmItem& item, const DcmTagKey& sequence, unsigned long index = 0);

// What is said of one frame: in its functional groups, in groups that all frames share,
// or at the top (PS3.3 C.7.6.16).
class FrameTags {
 public:
  FrameTags(DcmItem& dataset, unsigned long frame);

  // The first item of a functional group's sequence; null if the file has none.
  DcmItem* group(const DcmTagKey& sequence) const;
  // That item, or the data set where the attributes of old image objects stand.
  DcmItem& group_or_top(const DcmTagKey& sequence) const;
  DcmItem& top() const { return *top_; }

 private:
  DcmItem* top_;
  DcmItem* shared_;
  DcmItem* own_;
};

}  // namespace radflow
