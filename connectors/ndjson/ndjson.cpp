// ndjson and stdout: one line of JSON for each result, in a file or on standard output;
// connectors/ndjson/line.hpp says what a line is. A reader of standard output that goes away ends the
// program.
//   - ndjson: {path: results.ndjson}
//   - stdout
#include "connectors/ndjson/line_file.hpp"
#include "graph/connector.hpp"

namespace radflow {
namespace {

struct Params {
  std::string path;
  IfExists if_exists = IfExists::Append;
};

class LineSink final : public Sink {
 public:
  LineSink(const Params& params, const BuildInfo& info)
      : name_{info.name}, file_{LineFile::open(info.path(params.path), params.if_exists, info.retry)} {}
  static std::vector<ParamError> check(const Params& params, const BuildInfo& info) {
    std::vector<ParamError> wrong;
    collect(wrong, [&] { LineFile::check(info.path(params.path), params.if_exists); });
    return wrong;
  }
  LineSink(const NoParams&, const BuildInfo& info)
      : name_{info.name}, file_{LineFile::standard_output(info.retry)} {}

  void start() override { file_->start(); }
  void submit(Payload output, const Context&, Acknowledge acknowledge) override {
    file_->write(name_, std::move(output), std::move(acknowledge));
  }
  bool flush(std::chrono::milliseconds longest) override { return file_->flush(longest); }
  std::string not_ready() const override { return file_->not_ready(); }

 private:
  std::string name_;
  std::shared_ptr<LineFile> file_;
};

const RegisterSink<LineSink, Params> ndjson{
    SinkSpec{"ndjson", "Writes each result as one line of JSON to a file; several sinks may name one file."}
        .param(&Params::path, "path", required(), "The file; its folder must exist.")
        .param(&Params::if_exists, "if_exists", any(), "What becomes of a file that is there already.")
        .transient()
        .example("ndjson: {path: results.ndjson}")};
const RegisterSink<LineSink, NoParams> standard_output{
    SinkSpec{"stdout", "Prints each result as one line of JSON on standard output."}.transient().example(
        "stdout")};

}  // namespace
}  // namespace radflow
