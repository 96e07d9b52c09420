// What a graph hears of nodes whose family the build is without.
#include <gmock/gmock.h>

#include "graph/left_out.hpp"
#include "graph/param_reading.hpp"
#include "tests/graph/components.hpp"

namespace radflow::checking {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const RegisterLeftOut itk{{"nodes/t_itk", "ITK, HDF5", {"t_n4", "t_demons"}}};
const RegisterLeftOut networks{
    {"nodes/t_networks", "OpenVINO", {"t_network"}, {}, "run config/install-openvino.sh"}};
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
  EXPECT_THAT(refusal("t_network"),
              HasSubstr("which needs OpenVINO: run config/install-openvino.sh and build it again"));
  EXPECT_THAT(refusal("t_unwanted"),
              HasSubstr("there is no node 't_unwanted' here: this radflow was built without nodes/t_chosen "
                        "(RADFLOW_WITHOUT)"));
  EXPECT_THAT(refusal("t_nowhere"), Not(HasSubstr("built without")));
}

struct Chooser : Selection {
  static const Alternatives& alternatives() {
    static const Alternatives all = [] {
      Alternatives some;
      some.selector.name = "algorithm";
      some.selector.default_text = "t_plain";
      some.all.push_back({"t_plain", "Is there.", {}, [] { return std::make_shared<int>(0); }});
      return some;
    }();
    return all;
  }
};
const RegisterLeftOut boosting{{"nodes/t_boosting", "XGBOOST", {}, {"t_boosted"}}};

std::string choosing(const std::string& name) {
  Value map{.kind = Value::Kind::Map}, named{.kind = Value::Kind::Scalar, .text = name};
  map.entries.push_back({"algorithm", {}, named});
  std::string wrong;
  Reading reading{"classify", [&](const Mark&, const std::string& message) { wrong += message; }};
  Chooser chosen;
  read_selection(Chooser::alternatives(), chosen, map, reading);
  return wrong;
}

TEST(LeftOut, AnAlgorithmOfAFamilyIsNamedWithWhatItNeeds) {
  EXPECT_EQ(choosing("t_plain"), "");
  EXPECT_THAT(choosing("t_boosted"),
              HasSubstr("there is no algorithm 't_boosted' here: this radflow was built without "
                        "nodes/t_boosting, which needs XGBOOST"));
  EXPECT_THAT(choosing("t_plian"), HasSubstr("did you mean 't_plain'?"));
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
