// Frames a second that `decode` gives on one core, over those of the bare call of the codec's library on the same compressed
// bytes, and of what is not compressed also over DCMTK's read of the same file; both take turns. The images are real ones, encoded at the start.
//   radflow_decode_bench [ROUNDS] [PART OF A ROW'S NAME]
//   radflow_decode_bench --write FOLDER     for decode_peers.py: each DICOM file, and beside it its samples
//   radflow_decode_bench --rates            for decode_peers.py: reads paths, writes frames a second as stored
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iostream>
#include <opencv2/imgproc.hpp>

#include "graph/plan.hpp"
#include "nodes/imaging/png.hpp"
#include "tests/bench/decode/bare_calls.hpp"
#include "tests/bench/decode/dicom_file.hpp"
#include "tests/bench/decode/encoders.hpp"
#include "tests/bench/decode/images.hpp"
#include "tests/bench/ratios.hpp"
#include "tests/fake_context.hpp"
#include "tests/nodes/decode/jpeg_xl/encoder.hpp"

namespace radflow::bench {
namespace {

struct Row {
  std::string name, file_name;
  cv::Mat samples;        // what decode has to give, as stored
  std::string file;       // what decode is given
  Codestream codestream;  // what the bare call is given
  void (*bare_call)(Bytes8, cv::Size);
};

std::vector<Row> dicom_rows(const Source& source) {
  const cv::Mat& samples = source.samples;
  const int bits = source.image.layout().bits_stored;
  DcmDataset& header = source.image.dataset();
  const Codestream pixels{samples.data, samples.data + samples.total() * 2};
  // Codecs count from 0: the bits of a sample without its sign's extension.
  const cv::Mat unsigned_samples =
      samples & cv::Mat(samples.size(), samples.type(), cv::Scalar((1 << bits) - 1));
  std::vector<Row> rows;
  const auto add = [&](const std::string& syntax, const std::string& file_name, std::string file,
                       Codestream codestream, void (*bare_call)(Bytes8, cv::Size)) {
    if (codestream.empty()) return;
    rows.push_back({syntax + ": " + source.what, source.what.substr(0, 2) + "_" + file_name, samples,
                    std::move(file), std::move(codestream), bare_call});
  };
  const auto encapsulated = [&](const std::string& syntax, const std::string& name, const char* uid,
                                const Codestream& bytes, void (*bare_call)(Bytes8, cv::Size)) {
    add(syntax, name + ".dcm", encapsulated_file(header, uid, bytes), bytes, bare_call);
  };
  add("explicit little endian", "explicit.dcm", native_file(header, true, pixels), pixels, bare_copy);
  add("implicit little endian", "implicit.dcm", native_file(header, false, pixels), pixels, bare_copy);
  encapsulated("RLE", "rle", "1.2.840.10008.1.2.5", rle(samples), bare_rle);
  encapsulated("JPEG lossless SV1", "jpeg_lossless", "1.2.840.10008.1.2.4.70",
               jpeg_lossless(unsigned_samples), bare_jpeg_lossless);
  encapsulated("JPEG-LS", "jpeg_ls", "1.2.840.10008.1.2.4.80", jpeg_ls(unsigned_samples, bits), bare_jpeg_ls);
  encapsulated("JPEG 2000 lossless", "jpeg2000", "1.2.840.10008.1.2.4.90", jpeg2000(unsigned_samples, bits),
               bare_jpeg2000);
  encapsulated("HTJ2K lossless", "htj2k", "1.2.840.10008.1.2.4.201", htj2k(unsigned_samples, bits),
               bare_jpeg2000);
  cv::Mat for_jpeg_xl;
  unsigned_samples.convertTo(for_jpeg_xl, CV_16U);
  encapsulated("JPEG XL lossless", "jpeg_xl", "1.2.840.10008.1.2.4.110",
               jpeg_xl(for_jpeg_xl, static_cast<unsigned>(bits)), bare_jpeg_xl);
  return rows;
}

Row png_row(const std::string& what, const std::string& file_name, const std::string& png) {
  const Codestream bytes{png.begin(), png.end()};
  return {"PNG: " + what, file_name, read_png(bytes).value(), png, bytes, bare_png};
}

std::vector<Row> all_rows() {
  static std::vector<std::string> files;
  files.reserve(2);
  std::vector<Row> rows;
  const auto take = [&](const std::string& name, const std::string& what) {
    auto file = pydicom_file(name);
    if (!file) return std::printf("%s: left out, there is no %s\n", what.c_str(), name.c_str()), void();
    const Source source = source_of(what, files.emplace_back(*std::move(file)));
    std::ranges::move(dicom_rows(source), std::back_inserter(rows));
    if (source.what.starts_with("CT")) {
      cv::Mat shades;
      source.samples.convertTo(shades, CV_8U, 255.0 / 400, -900 * 255.0 / 400);
      rows.push_back(png_row("a CT slice, 8 bit, 512 x 512", "CT_shades.png", write_png(shades)));
    }
  };
  take("J2K_pixelrep_mismatch.dcm", "CT 512 x 512, 13 bit");
  take("examples_overlay.dcm", "MR 484 x 300, 12 bit");
  if (const auto small = small_pngs(1); !small.empty())
    rows.push_back(png_row("a chest X-ray, 8 bit, 28 x 28", "small.png", small[0]));
  return rows;
}

// Ends the program where the node does not give these samples, if there are some.
Job decode_job(const Row& row, const std::string& yaml, const cv::Mat& samples = {}) {
  Record record;
  record.value = Bytes::copy(row.file.data(), row.file.size());
  return [node = std::shared_ptr<NodeBody>{make_node(yaml)}, payload = Payload::of(record),
          context = std::make_shared<FakeContext>(), samples] {
    const Payload* input = &payload;
    const Outcome outcome = node->call({&input, 1}, *context);
    must(!outcome.error && outcome.pieces.size() == 1 && bool{outcome.pieces[0].value}, "decode fails");
    if (samples.empty()) return;
    const cv::Mat& pixels = outcome.pieces[0].value->as<Frame>().pixels;
    must(pixels.type() == samples.type() && cv::norm(pixels, samples, cv::NORM_INF) == 0, "other pixels");
  };
}

void measure(const Row& row, int rounds, const Job& bare, const std::string& partner) {
  decode_job(row, "decode: {rescale: false}", row.samples)();
  std::vector<std::string> forms{"decode:"};
  if (row.file_name.ends_with(".dcm")) forms.insert(forms.begin(), "decode: {rescale: false}");
  for (const std::string& yaml : forms) {
    const Ratios ratios{bare, decode_job(row, yaml), rounds};
    std::printf("%8.1f us, bare %8.1f us  ", ratios.least_of_other * 1e6, ratios.least * 1e6);
    report(ratios.finding("decode", yaml + " " + row.name + ", rate over " + partner, at_least(0.9)));
  }
}

void measure(const Row& row, int rounds) {
  measure(
      row, rounds, [&row] { row.bare_call(row.codestream, row.samples.size()); }, "the library's bare call");
  if (row.bare_call != bare_copy) return;
  const Bytes8 file{reinterpret_cast<const std::uint8_t*>(row.file.data()), row.file.size()};
  measure(
      row, rounds, [&] { bare_dcmtk(file, row.samples.size()); }, "DCMTK's read of the file");
}

void write_files(const std::filesystem::path& folder) {
  for (const Row& row : all_rows()) {
    if (!row.file_name.ends_with(".dcm")) continue;
    std::ofstream{folder / row.file_name, std::ios::binary} << row.file;
    std::ofstream{folder / (row.file_name + ".samples"), std::ios::binary}.write(
        reinterpret_cast<const char*>(row.samples.data),
        static_cast<std::streamsize>(row.samples.total() * row.samples.elemSize()));
  }
}

// A third of a second of one file, for each path. Of the processor's time: who waits for a core is not slow.
void tell_rates() {
  for (std::string path; std::getline(std::cin, path);) {
    Row row;
    row.file = bytes_of(path);
    const Job job = decode_job(row, "decode: {rescale: false}");
    job();
    const std::clock_t begin = std::clock();
    double spent = 0;
    int frames = 0;
    for (; spent < 0.3; ++frames, spent = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC) job();
    std::cout << frames / spent << std::endl;
  }
}

}  // namespace
}  // namespace radflow::bench

int main(int argc, char** argv) {
  using namespace radflow::bench;
  cv::setNumThreads(1);
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "--write" && argc > 2) return write_files(argv[2]), 0;
  if (mode == "--rates") return tell_rates(), 0;
  const std::vector<Row> rows = all_rows();
  const int rounds = argc > 1 ? std::max(std::atoi(argv[1]) / 5, 3) : 40;
  const std::string part = argc > 2 ? argv[2] : "";
  for (const Row& row : rows)
    if (row.name.find(part) != std::string::npos) measure(row, rounds);
}
