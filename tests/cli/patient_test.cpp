// --group PatientID: the images of a person are held out together, and the identifier goes nowhere.
#include "cli/patient.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/command.hpp"
#include "graph/digest.hpp"
#include "nodes/classify/model.hpp"
#include "tests/cli/program.hpp"
#include "tests/nodes/decode/dicom/builder.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

std::string image(const std::string& patient, int value) {
  const auto of = static_cast<Uint16>(value);
  return DicomBuilder{2, 2}.text(DCM_PatientID, patient).pixels({of, 0, of, 9}).bytes();
}
std::optional<std::string> digest(const std::string& bytes) {
  return patient_digest({Bytes::of(bytes), "", {}, 0});
}

TEST(Patient, IsADigestThatOnlyThePatientChanges) {
  const auto one = digest(image("secret-1", 3));
  ASSERT_TRUE(one);
  EXPECT_THAT(*one, HasSubstr("xxh3:"));
  EXPECT_THAT(*one, Not(HasSubstr("secret")));
  EXPECT_EQ(digest(image("secret-1", 4)), one);
  EXPECT_NE(digest(image("secret-2", 3)), one);
  EXPECT_EQ(digest(image("", 3)), std::nullopt);
  EXPECT_EQ(digest("no DICOM"), std::nullopt);
}

class ByPatient : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* label : {"dark", "light"}) fs::create_directories(folder_ / "images" / label);
    std::ofstream{folder_ / "graph.yaml"} << R"(
graph: small
sources: [phantom: ]
nodes: [decode: , pixels: , classify: {model: small.model, train: {algorithm: svm, standardize: {}}}]
sinks: [stdout: ]
)";
  }
  void TearDown() override { fs::remove_all(folder_); }
  // Forty images of `patients` persons, each with images of one class.
  Ran train(int patients) const {
    for (int i = 0; i < 40; ++i) {
      const std::string label = i < 20 ? "dark" : "light";
      std::ofstream{folder_ / "images" / label / (std::to_string(i) + ".dcm"), std::ios::binary}
          << image("secret-" + std::to_string(i * patients / 40), i * 10);
    }
    return run_program("train " + (folder_ / "graph.yaml").string() + " --input " +
                       (folder_ / "images").string() + " --group PatientID --out-of-fold " +
                       (folder_ / "held_out.csv").string() + " 2>&1");
  }

  fs::path folder_ = fs::temp_directory_path() / ("radflow_patient_" + std::to_string(getpid()));
};

TEST_F(ByPatient, ImagesOfAPersonAreHeldOutTogether) {
  const Ran ran = train(10);
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, Not(HasSubstr("secret")));
  EXPECT_EQ(load_model((folder_ / "small.model").string()).manifest.grouped_by, "PatientID");
  const auto content = [&](const char* name) {
    std::ostringstream bytes;
    bytes << std::ifstream{folder_ / name, std::ios::binary}.rdbuf();
    return bytes.str();
  };
  EXPECT_THAT(content("small.model"), Not(HasSubstr("secret")));
  // A digest of a number can be undone by trying all numbers.
  const std::string held_out = content("held_out.csv");
  EXPECT_THAT(held_out, testing::AllOf(HasSubstr(",patient 1,"), HasSubstr(",patient 10,"),
                                       Not(HasSubstr("patient 11"))));
  EXPECT_THAT(held_out, Not(HasSubstr(xxh3_digest("\\secret-0"))));
}

// Two persons of one class each: no fold can hold one out and still know the class.
TEST_F(ByPatient, TooFewPersonsAreSaid) {
  const Ran ran = train(2);
  EXPECT_EQ(ran.code, exit_failed);
  EXPECT_THAT(ran.out, HasSubstr("has them in 1 (samples"));
}

}  // namespace
}  // namespace radflow::cli
