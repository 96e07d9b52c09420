// What a graph hears of nodes whose family the build is without.
#include <gmock/gmock.h>

#include "graph/left_out.hpp"
#include "tests/graph/components.hpp"

namespace radflow::checking {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const RegisterLeftOut itk{{"nodes/t_itk", "ITK, HDF5", {"t_n4", "t_demons"}}};
const RegisterLeftOut chosen{{"nodes/t_chosen", "", {"t_unwanted"}}};

std::string refusal(const std::string& node) {
  try {
    load_plan_text("graph: g\nsources: [t_in]\nnodes:\n  - " + node + "\nsinks: [t_out]\n", "g.yaml");
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(LeftOut, ANodeOfAFamilyIsNamedWithWhatItNeeds) {
  EXPECT_THAT(
      refusal("t_demons: {steps: 3}"),
      HasSubstr(
          "g.yaml:4:5: there is no node 't_demons' here: this radflow was built without nodes/t_itk, which "
          "needs ITK, HDF5: install what config/debian-packages.txt lists and build it again"));
  EXPECT_THAT(refusal("t_unwanted"),
              HasSubstr("there is no node 't_unwanted' here: this radflow was built without nodes/t_chosen "
                        "(RADFLOW_WITHOUT)"));
  EXPECT_THAT(refusal("t_nowhere"), Not(HasSubstr("built without")));
}

TEST(LeftOut, ASourceOfTheNameIsNotMeant) {
  try {
    load_plan_text("graph: g\nsources: [t_n4]\nsinks: [t_out]\n", "g.yaml");
    FAIL() << "loaded";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("there is no source 't_n4'"));
    EXPECT_THAT(error.what(), Not(HasSubstr("built without")));
  }
}

}  // namespace
}  // namespace radflow::checking
