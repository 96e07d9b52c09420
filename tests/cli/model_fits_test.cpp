// lint finds a model that does not fit the graph, before any message comes.
#include "cli/command.hpp"
#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ModelFits : public testing::Test {
 protected:
  void write(const std::string& histogram) const {
    folder.write("graph.yaml", R"(graph: small
sources:
  - phantom: {count: 20, width: 16, height: 16}
nodes:
  - decode
  - histogram: )" + histogram + R"(
  - classify: {model: small.model, train: {trees: 3}}
sinks: [stdout]
)");
  }
  Ran lint() const { return run_program("lint " + folder.path("graph.yaml") + " 2>&1"); }

  const TemporaryFolder folder;
};

TEST_F(ModelFits, OtherFeaturesAreFoundByLint) {
  write("{bins: 8, range: [0, 1000]}");
  const Ran trained = run_program("train " + folder.path("graph.yaml") + " 2>&1");
  ASSERT_EQ(trained.code, exit_ok) << trained.out;
  const Ran fits = lint();
  EXPECT_EQ(fits.code, exit_ok) << fits.out;

  write("{bins: 12, range: [0, 1000]}");
  const Ran other = lint();
  EXPECT_EQ(other.code, exit_config);
  EXPECT_THAT(other.out,
              AllOf(HasSubstr("graph.yaml:7:23: "), HasSubstr("small.model was trained behind other nodes"),
                    HasSubstr("this graph has 'histogram: {bins: 12"),
                    HasSubstr("trained on 8 features, these are 12; at place 0 it needs 'histogram.0', "
                              "found 'histogram.00'")))
      << other.out;
}

}  // namespace
}  // namespace radflow::cli
