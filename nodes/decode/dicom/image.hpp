// DicomImage: one DICOM image object in memory, frame by frame; what `decode` and `radflow inspect` see.
#pragma once

#include <memory>
#include <optional>

#include "nodes/decode/dicom/colour.hpp"
#include "nodes/decode/dicom/meaning.hpp"

namespace radflow {

// Not thread-safe: one thread per object. The bytes must outlive it.
class DicomImage {
 public:
  // `charge` is asked later, too. Errors: all of reader.hpp but empty and unknown_format. `elements` are those that dataset()
  // has to have.
  static Result<DicomImage> open(ByteSpan bytes, const ReadOptions& options, const Charge& charge,
                                 Elements elements = Elements::All);

  const TransferSyntax& syntax() const { return file_->syntax; }
  const PixelLayout& layout() const { return layout_; }
  DcmDataset& dataset() const { return *file_->dataset; }
  bool big_endian() const { return file_->big_endian; }

  // Frames from 0. Errors: truncated, malformed, unsupported_pixels, too_large.
  Result<StoredFrame> stored(std::int64_t frame) const;
  Result<Frame> frame(std::int64_t frame) const;
  Geometry geometry(std::int64_t frame) const;
  Identity identity(std::int64_t frame) const;
  // Memory that the result of frame() takes, at most; for the budget.
  std::uint64_t frame_bytes() const;

 private:
  Result<Frame> colour_frame(StoredFrame stored) const;
  Result<Frame> grey_frame(const FrameTags& tags, StoredFrame stored) const;

  ReadOptions options_;
  Charge charge_;
  std::unique_ptr<DicomFile> file_;
  PixelLayout layout_;
  FrameMap map_;
  std::optional<Palette> palette_;
  std::vector<std::pair<std::string, std::string>> ids_;
  std::vector<double> plane_offsets_;
};

}  // namespace radflow
