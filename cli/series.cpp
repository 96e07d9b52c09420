#include "cli/series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/terminal.hpp"
#include "graph/text.hpp"
#include "nodes/decode/format_name.hpp"

namespace radflow::cli {
namespace {

std::map<Format, RegisterHeader::Read>& readers() {
  static std::map<Format, RegisterHeader::Read> all;
  return all;
}

// Files without a header of their own belong together by format and size.
Result<FileHeader> by_decoding(Format format, const Record& record) {
  const auto frames = read_frames(format, record, {}, {});
  if (!frames) return frames.error();
  FileHeader header;
  for (const Part<Frame>& part : *frames) {
    if (!part.value) return part.value.error();
    header.frames.push_back(part.value->geometry);
  }
  if (header.frames.empty()) return Error{"no_pixel_data", "the file holds no image"};
  const Frame& first = *frames->front().value;
  header.rows = first.pixels.rows;
  header.columns = first.pixels.cols;
  header.description =
      fmt::format("{}{}", format_name(format), first.photometric == Photometric::Rgb ? ", colour" : "");
  header.by_folder = true;
  header.key = fmt::format("{} {}x{}", header.description, header.columns, header.rows);
  return header;
}

Result<FileHeader> read_header(const Record& record) {
  const Format format = format_of(record);
  const RegisterHeader::Read reader = record.value.empty() ? nullptr : RegisterHeader::of(format);
  return reader ? reader(record) : by_decoding(format, record);
}

}  // namespace

RegisterHeader::RegisterHeader(Format format, Read read) { readers()[format] = read; }

RegisterHeader::Read RegisterHeader::of(Format format) {
  const auto known = readers().find(format);
  return known == readers().end() ? nullptr : known->second;
}

FolderContents series_of(const std::string& folder) {
  FolderContents contents;
  const std::vector<InputFile> files = list_files(folder);
  std::optional<ProgressBar> bar;
  if (files.size() > 200) bar.emplace("inspect", files.size());
  std::map<std::string, std::size_t> known;  // the number of each key
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (bar) bar->update(i);
    const auto record = try_read_file(files[i]);
    const auto header = record ? read_header(*record) : record.error();
    if (!header) {
      ++contents.unreadable[header.error().reason];
      continue;
    }
    const std::string place = as_utf8(std::filesystem::path{files[i].relative}.parent_path().string());
    const std::string key = header->by_folder ? place + "\n" + header->key : header->key;
    const auto [at, added] = known.try_emplace(key, contents.series.size());
    if (added) contents.series.push_back({*header, place, {}, 0, std::nullopt, {}});
    Series& series = contents.series[at->second];
    ++series.files;
    for (std::size_t frame = 0; frame < header->frames.size(); ++frame)
      series.slices.push_back(
          {files[i], static_cast<std::int64_t>(frame), header->frames[frame], header->instance});
    if (series.header.rows != header->rows || series.header.columns != header->columns)
      series.remarks.assign(1, "sizes differ");
  }
  if (bar) bar->update(files.size());
  for (Series& series : contents.series) arrange(series);
  std::ranges::stable_sort(contents.series, {}, &Series::folder);
  return contents;
}

}  // namespace radflow::cli
