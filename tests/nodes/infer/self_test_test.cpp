// The self-test that lies beside a network.
#include <gmock/gmock.h>

#include <unistd.h>

#include <fstream>

#include "tests/nodes/infer/networks.hpp"

namespace radflow {
namespace {

using ::testing::HasSubstr;

const std::string three = "output: {labels: [a, b, c]}";

class InferSelfTest : public testing::Test {
 protected:
  InferSelfTest() : folder_{testing::TempDir() + "radflow_self_test_" + std::to_string(getpid())} {
    std::filesystem::create_directories(folder_);
    for (const char* file : {"classes.onnx", "classes.input.npy", "classes.output.npy"})
      std::filesystem::copy_file(network(file), folder_ + "/" + file,
                                 std::filesystem::copy_options::overwrite_existing);
  }
  ~InferSelfTest() override { std::filesystem::remove_all(folder_); }

  std::string loaded() const {
    return refusal("infer: {model: " + folder_ + "/classes.onnx, " + three + "}");
  }
  // Changes a float of a file.
  void change(const std::string& file, std::size_t at, float by) const {
    std::fstream open{folder_ + "/" + file, std::ios::in | std::ios::out | std::ios::binary};
    float value = 0;
    open.seekg(static_cast<std::streamoff>(128 + 4 * at));
    open.read(reinterpret_cast<char*>(&value), sizeof value);
    value += by;
    open.seekp(static_cast<std::streamoff>(128 + 4 * at));
    open.write(reinterpret_cast<const char*>(&value), sizeof value);
  }

  const std::string folder_;
};

TEST_F(InferSelfTest, RunsWhenTheNetworkIsLoaded) {
  EXPECT_EQ(loaded(), "");
  change("classes.output.npy", 4, 0.00005F);
  EXPECT_EQ(loaded(), "") << "within 1e-4";
  change("classes.output.npy", 4, 0.001F);
  EXPECT_THAT(loaded(), HasSubstr("does not give the numbers of its self-test here: value 4"));
}

TEST_F(InferSelfTest, OfOtherShapesOrNoneIsRefused) {
  std::filesystem::copy_file(network("single.output.npy"), folder_ + "/classes.output.npy",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(loaded(), HasSubstr("gives 2 x 3 for its self-test"));
  std::filesystem::remove(folder_ + "/classes.output.npy");
  EXPECT_THAT(loaded(), HasSubstr("classes.onnx has no self-test"));
  EXPECT_THAT(loaded(), HasSubstr("classes.output.npy is missing"));
  std::filesystem::copy_file(network("single.onnx"), folder_ + "/classes.input.npy",
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::copy_file(network("classes.output.npy"), folder_ + "/classes.output.npy");
  EXPECT_THAT(loaded(), HasSubstr("it is no file of numpy.save"));
}

TEST_F(InferSelfTest, ANetworkThatIsCutShortIsRefused) {
  const auto size = std::filesystem::file_size(folder_ + "/classes.onnx");
  for (const auto left : {size - 1, size / 2, std::uintmax_t{10}, std::uintmax_t{0}}) {
    std::filesystem::resize_file(folder_ + "/classes.onnx", left);
    EXPECT_NE(loaded(), "") << left << " bytes";
  }
}

}  // namespace
}  // namespace radflow
