// stdout: prints each result as one line of JSON, as `ndjson` writes it. A reader that goes away ends the
// program.
//   - stdout
#include "connectors/ndjson/line_file.hpp"
#include "graph/connector.hpp"

namespace radflow {
namespace {

class Stdout final : public Sink {
 public:
  Stdout(const NoParams&, const BuildInfo& info) : name_{info.name}, file_{LineFile::standard_output()} {}

  void submit(Payload output, const Context&, Acknowledge acknowledge) override {
    file_->write(name_, std::move(output), std::move(acknowledge));
  }
  bool flush(std::chrono::milliseconds longest) override { return file_->flush(longest); }
  bool ready() const override { return file_->ready(); }

 private:
  std::string name_;
  std::shared_ptr<LineFile> file_;
};

const RegisterSink<Stdout, NoParams> registered{
    SinkSpec{"stdout", "Prints each result as one line of JSON on standard output."}.example("stdout")};

}  // namespace
}  // namespace radflow
