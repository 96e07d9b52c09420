// radflow describe FILE.model, of the model that comes with config/pneumonia.yaml.
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "nodes/classify/model.hpp"
#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/paths.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;

const std::string model = std::string{source_folder} + "/models/pneumonia.model";

TEST(DescribeModel, SaysWhatItIsHowGoodAndWhatItHolds) {
  const Ran ran = run_program("describe " + model);
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  for (const char* said :
       {"pneumonia.model (model, 9916522 bytes, sha256:", "algorithm       svm", "C: 4, gamma: 1",
        "probabilities   Platt", "trained on      normal 1349, pneumonia 3883",
        "threshold       pneumonia from a probability of 0.8907 on: sensitivity of 0.95 or more, chosen from",
        "AUC                 0.9970 (0.996 to 0.998)",
        "\n  these images chose the threshold too: all but AUC and Brier score are optimistic\n",
        "3172: gabor 384, hog 1296, near 288, far 288, pixels 784, values 17, shades 16, contrast 49",
        "units 'zscore, stored, lbp'", "training samples (support vectors): keep it as you keep the images",
        "behind these nodes of the graph pneumonia", "  gabor: {angles: 8, aspect: 0.8"})
    EXPECT_THAT(ran.out, HasSubstr(said));
}

TEST(DescribeModel, GivesTheManifestAsJson) {
  const Ran ran = run_program("describe --json " + model);
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  const auto json = nlohmann::json::parse(ran.out);
  for (const char* part : {"algorithm", "parameters", "features", "classes", "threshold", "upstream", "units",
                           "photometric", "images", "upstream_digest", "metrics", "version", "grouped_by"})
    EXPECT_TRUE(json.contains(part)) << part;
}

// The models that come with radflow were written before files had a checksum.
TEST(DescribeModel, GivesTheManifestOfAFileWithAChecksum) {
  const TemporaryFolder folder;
  const Model small = load_model(std::string{source_folder} + "/models/pneumonia_small.model");
  folder.write("new.model", write_model(small.manifest, *small.classifier));
  const Ran ran = run_program("describe --json " + folder.path("new.model") + " 2>&1");
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_EQ(nlohmann::json::parse(ran.out)["features"], small.manifest.features);
}

TEST(DescribeModel, RefusesWhatIsNoModel) {
  const Ran absent = run_program("describe nowhere.model 2>&1");
  EXPECT_NE(absent.code, exit_ok);
  EXPECT_THAT(absent.out, HasSubstr("there is no such file"));
}

}  // namespace
}  // namespace radflow::cli
