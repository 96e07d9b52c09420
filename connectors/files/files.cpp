// files: reads every file of a folder or glob, each as one record.
//   - files: {path: scans, mask: '{stem}_mask.png'}
// A file that cannot be read when its turn comes (removed, no permission) becomes a dead letter, reason `unreadable`.
#include <optional>
#include <utility>

#include "connectors/files/folder.hpp"
#include "connectors/progress.hpp"
#include "graph/connector.hpp"

namespace radflow {
namespace {

enum class LabelFrom { Folder, None };
Choices<LabelFrom> choices_of(LabelFrom) {
  return {{LabelFrom::Folder, "folder", "The folder that a file lies in."},
          {LabelFrom::None, "none", "Nowhere: there is no label."}};
}

struct Params {
  std::string path;
  LabelFrom label_from = LabelFrom::Folder;
  std::optional<std::string> mask;
};

class Files final : public Source {
 public:
  Files(const Params& params, const BuildInfo& info)
      : files_{params.mask ? list_files(info.path(params.path), *params.mask)
                           : list_files(info.path(params.path))},
        progress_{input_name(info.path(params.path)), static_cast<std::int64_t>(files_.size())} {
    if (params.label_from == LabelFrom::None)
      for (InputFile& file : files_) file.label.clear();
  }

  // Not the walk itself: it may take long, and what is there may change.
  static std::vector<ParamError> check(const Params& params, const BuildInfo& info) {
    std::vector<ParamError> wrong;
    collect(wrong, [&] { check_input(info.path(params.path)); });
    if (params.mask) collect(wrong, [&] { check_mask_pattern(*params.mask); });
    return wrong;
  }

  void run(Intake& intake, std::stop_token stop) override {
    for (std::size_t i = 0; i < files_.size() && !stop.stop_requested(); ++i) {
      Result<Record> read = try_read_file(files_[i]);
      std::optional<Error> wrong;
      if (!read)
        wrong = read.error();
      else if (lacks_mask(files_[i]))  // it would be taken for an image that needs none
        wrong = Error{"no_mask", "the mask that `mask` asks for is not beside it"};
      Record record = read ? *std::move(read) : unread_file(files_[i]);
      record.position = progress_.position(static_cast<std::int64_t>(i));
      progress_.admit(record.position.offset);
      while (give(intake, record, wrong) == Admission::Full && !stop.stop_requested())
        intake.wait(std::chrono::milliseconds{100});
    }
  }
  void done(const Position& position) override { progress_.done(position); }
  void parked(const Position& position) override { progress_.done(position); }
  void stand_in(std::int32_t partition) override { progress_.stand_in(partition); }
  std::vector<PartitionStatus> partitions() const override { return progress_.status(); }

 private:
  static Admission give(Intake& intake, Record& record, const std::optional<Error>& wrong) {
    return wrong ? intake.refuse(record, *wrong, 0) : intake.admit(record);
  }

  std::vector<InputFile> files_;
  Progress progress_;
};

const RegisterSource<Files, Params> registered{
    SourceSpec{
        "files",
        "Reads every file of a folder or glob, each as one record with its relative path as key. A file that "
        "cannot be read is a dead letter (unreadable)."}
        .param(&Params::path, "path", required(),
               "A folder (walked, sorted by path), a file or a glob; hidden files are left out.")
        .param(&Params::label_from, "label_from", any(), "Where the header `label` comes from.")
        .param(&Params::mask, "mask", any(),
               "The mask beside each file, such as '{stem}_mask.png' from the file's folder; {name} is the "
               "name with "
               "its extension. `decode` gives it at `decode.mask`. A file without one is a dead letter "
               "(no_mask).")
        .key_is_unique()
        .example("files: {path: scans}")};

}  // namespace
}  // namespace radflow
