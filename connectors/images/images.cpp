// images: writes each frame, mask or volume as a file, named after its record; connectors/images/file_name.hpp says how.
//   - images: {path: out, format: png}
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "connectors/holding_queue.hpp"
#include "connectors/images/file_name.hpp"
#include "connectors/writable.hpp"
#include "graph/connector.hpp"
#include "graph/one_of.hpp"
#include "graph/run/guarded_call.hpp"
#include "nodes/encode/image_bytes.hpp"

namespace radflow {
namespace {

namespace fs = std::filesystem;

enum class Format { Png, Npy, Nrrd };
Choices<Format> choices_of(Format) {
  return {{Format::Png, "png", "Shades of 8 or 16 bit, for people; labels of a mask as they are."},
          {Format::Npy, "npy", "The exact values, for NumPy; of a volume by slices, rows and columns."},
          {Format::Nrrd, "nrrd",
           "A volume's exact values and where they lie, for 3D Slicer, ITK and SimpleITK."}};
}

struct Params {
  std::string path;
  Format format = Format::Png;
};

// Appears under its name whole or not at all. What is wrong, or "".
std::string write_file(const fs::path& path, std::string_view bytes) {
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  if (failed) return failed.message();
  const fs::path unfinished = path.string() + "~";
  const int descriptor = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return std::strerror(errno);
  std::string wrong;
  while (!bytes.empty() && wrong.empty()) {
    const ssize_t wrote = ::write(descriptor, bytes.data(), bytes.size());
    if (wrote >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
    else if (errno != EINTR)
      wrong = std::strerror(errno);
  }
  if (::close(descriptor) != 0 && wrong.empty()) wrong = std::strerror(errno);
  if (wrong.empty())
    fs::rename(unfinished, path, failed);
  else
    fs::remove(unfinished, failed);
  return wrong.empty() && failed ? failed.message() : wrong;
}

class Images final : public Sink {
 public:
  Images(const Params& params, const BuildInfo& info)
      : folder_{info.path(params.path)},
        format_{params.format},
        key_is_unique_{info.key_is_unique},
        from_{info.from},
        queue_{"images " + params.path, info.retry, [this](auto items) { return write(items); }} {
    for (const ParamError& wrong : check(params, info)) throw wrong;
  }

  static std::vector<ParamError> check(const Params& params, const BuildInfo& info) {
    std::vector<ParamError> wrong;
    const fs::path folder{info.path(params.path)};
    if (const std::string why = why_no_folder(folder); !why.empty()) wrong.push_back(no_folder(folder, why));
    for (const PayloadType* arrives : info.inputs) {
      const bool volume = is_type<Volume>(arrives);
      if (volume && params.format == Format::Png)
        wrong.push_back(
            {"format",
             "a volume is no picture: say `format: nrrd` or npy, or put `project` or `slices` before it"});
      if (arrives && !volume && params.format == Format::Nrrd)
        wrong.push_back({"format", fmt::format("nrrd is for volumes, and {} arrives here: say png or npy",
                                               arrives->name)});
    }
    return wrong;
  }

  void start() override {
    std::error_code failed;
    if (fs::create_directories(folder_, failed); failed) throw no_folder(folder_, failed.message());
  }
  // Compresses on the worker, which there are several of; the queue's thread only writes.
  void submit_from(std::size_t input, Payload output, const Context& context,
                   Acknowledge acknowledge) override {
    Result<std::string> bytes = guarded<Result<std::string>>([&] { return encode(output); });
    if (!bytes) return acknowledge(bytes.error());
    // Of several nodes each may give a frame of one record.
    const Naming naming{key_is_unique_, from_.size() > 1 ? from_.at(input) : ""};
    queue_.push({folder_ / file_name(context, naming, choice_name(format_)), *std::move(bytes),
                 std::move(acknowledge)});
  }
  void submit(Payload output, const Context& context, Acknowledge acknowledge) override {
    submit_from(0, std::move(output), context, std::move(acknowledge));
  }
  bool flush(std::chrono::milliseconds longest) override { return queue_.flush(longest); }
  std::string not_ready() const override { return queue_.not_ready(); }

 private:
  struct Item {
    fs::path path;
    std::string bytes;
    Acknowledge acknowledge;
  };
  using Queue = HoldingQueue<Item>;

  static ParamError no_folder(const fs::path& folder, const std::string& why) {
    return {"path",
            fmt::format("no images can be put into '{}': {}; choose another folder", folder.string(), why)};
  }

  Result<std::string> encode(const Payload& output) const {
    if (const auto* volume = output.get<Volume>())
      return format_ == Format::Npy ? to_npy(volume->voxels) : to_nrrd(*volume);
    if (const auto* mask = output.get<Mask>())
      return format_ == Format::Npy ? to_npy(mask->labels) : Result<std::string>{to_png(*mask)};
    return encode(output.as<Frame>());
  }
  Result<std::string> encode(const Frame& frame) const {
    if (format_ == Format::Npy) return to_npy(frame.pixels);
    if (frame.photometric == Photometric::Monochrome1)
      return Error{"needs_window",
                   "MONOCHROME1 has white for 0 and PNG black: put `window` or `invert` before this sink, or "
                   "write `format: npy`"};
    if (frame.pixels.depth() != CV_8U && frame.pixels.depth() != CV_16U)
      return Error{"needs_window",
                   "PNG holds shades of 8 or 16 bit and these pixels are others: put `window` before "
                   "this sink, or write `format: npy`"};
    return to_png(frame);
  }

  static Queue::Attempt write(std::span<Item> items) {
    Queue::Attempt attempt;
    while (attempt.written < items.size()) {
      const Item& item = items[attempt.written];
      attempt.wrong = write_file(item.path, item.bytes);
      if (!attempt.wrong.empty()) break;
      ++attempt.written;
    }
    return attempt;
  }

  fs::path folder_;
  Format format_;
  bool key_is_unique_;
  std::vector<std::string> from_;
  Queue queue_;  // last: its thread uses the others
};

const RegisterSink<Images, Params, OneOf<Frame, Mask, Volume>> registered{
    SinkSpec{"images",
             "Writes each frame, the labels of each mask, or each volume, as a file, named after its record: "
             "a file's "
             "path, or key, topic, partition "
             "and offset; "
             "then the number of the frame and of the tile, where there are several."}
        .param(&Params::path, "path", required(), "The folder; made if it is not there.")
        .param(&Params::format, "format", any(), "What the files are.")
        .transient()
        .example("images: {path: out, format: png}")};

}  // namespace
}  // namespace radflow
