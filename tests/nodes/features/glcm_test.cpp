#include <cmath>

#include "tests/nodes/features/by_name.hpp"
#include "tests/nodes/features/ibsi.hpp"
#include "tests/nodes/skimage.hpp"

namespace radflow {
namespace {

TEST(Glcm, ByHand) {
  // Pairs to the right: 0-0, 0-2 and, in the row below, 2-2, 2-2.
  const Frame frame = frame_of<std::uint8_t>({{0, 0, 2}, {2, 2, 2}});
  const std::string yaml =
      "glcm: {levels: 4, range: [0, 4], angles: [0], symmetric: false, features: [contrast, "
      "dissimilarity, homogeneity, asm, joint_maximum, joint_average]}";
  const auto values = by_name(yaml, frame);
  EXPECT_DOUBLE_EQ(values.at("contrast.d1.a0"), 1);
  EXPECT_DOUBLE_EQ(values.at("dissimilarity.d1.a0"), 0.5);
  EXPECT_DOUBLE_EQ(values.at("homogeneity.d1.a0"), 0.75 + 0.25 / 5);
  EXPECT_DOUBLE_EQ(values.at("asm.d1.a0"), (1 + 1 + 4) / 16.0);
  EXPECT_DOUBLE_EQ(values.at("joint_maximum.d1.a0"), 0.5);
  EXPECT_DOUBLE_EQ(values.at("joint_average.d1.a0"), (1 + 1 + 3 + 3) / 4.0);
}

TEST(Glcm, NoPairCrossesTheEdgeOfAMaskOrOfPadding) {
  Frame frame = frame_of<std::uint8_t>({{1, 1, 9, 3, 3}});
  const Mask mask = mask_of({{1, 1, 0, 1, 1}});
  const std::string yaml = "glcm: {angles: [0], features: [contrast]}";
  EXPECT_EQ(by_name(yaml, frame, mask).at("contrast.d1.a0"), 0);
  EXPECT_GT(by_name(yaml, frame).at("contrast.d1.a0"), 0);
  frame.valid = cv::Mat(1, 5, CV_8U, cv::Scalar{255});
  frame.valid.at<std::uint8_t>(0, 2) = 0;
  EXPECT_EQ(by_name(yaml, frame).at("contrast.d1.a0"), 0);
  // Two labels that touch are one region, unless one of them is asked for.
  const Mask two = mask_of({{1, 1, 2, 2, 2}});
  EXPECT_EQ(by_name("glcm: {angles: [0], features: [contrast], label: 1}", frame, two).at("contrast.d1.a0"),
            0);
}

TEST(Glcm, WithoutAPairFeaturesAreMissing) {
  for (const auto& [name, value] : by_name("glcm: {}", frame_of<std::uint8_t>({{7}})))
    EXPECT_TRUE(std::isnan(value)) << name;
  // Along the row there is one, so the mean over the angles is of that one.
  EXPECT_EQ(by_name("glcm: {directions: averaged, features: [contrast]}", frame_of<std::uint8_t>({{1, 3}}))
                .at("contrast.d1"),
            4);
}

TEST(Glcm, OfOneLevel) {
  const auto values = by_name(
      "glcm: {angles: [0], features: [correlation, joint_entropy, information_correlation_1, "
      "information_correlation_2, "
      "inverse_variance, asm]}",
      frame_of<std::uint8_t>({{7, 7, 7}}));
  EXPECT_EQ(values.at("correlation.d1.a0"), 1);
  EXPECT_EQ(values.at("joint_entropy.d1.a0"), 0);
  EXPECT_EQ(values.at("information_correlation_1.d1.a0"), 0);
  EXPECT_EQ(values.at("information_correlation_2.d1.a0"), 0);
  EXPECT_EQ(values.at("inverse_variance.d1.a0"), 0);
  EXPECT_EQ(values.at("asm.d1.a0"), 1);
}

TEST(Glcm, AsksForARange) {
  EXPECT_EQ(reason("glcm: {levels: 8}", frame_of<float>({{1, 2}})), "range_required");
  EXPECT_EQ(reason("glcm: {levels: 8, range: [0, 4]}", frame_of<float>({{1, NAN, INFINITY}})), "");
  EXPECT_THROW(make_node("glcm: {range: [0, 4]}"), ConfigError);
}

TEST(Glcm, IsScikitImages) {
  RADFLOW_NEEDS_SKIMAGE();
  for (const std::string property :
       {"contrast", "dissimilarity", "homogeneity", "ASM", "energy", "correlation"}) {
    std::string feature = property;
    for (char& letter : feature) letter = static_cast<char>(std::tolower(letter));
    const auto references = skimage_references("glcm_" + property);
    EXPECT_EQ(references.size(), 6U);
    for (const Reference& reference : references) {
      const auto values =
          made<Features>("glcm: {distances: [1, 2], features: [" + feature + "]}", reference.xray);
      ASSERT_EQ(values.values.size(), 8U);
      for (int i = 0; i < 8; ++i)
        EXPECT_NEAR(values.values[static_cast<std::size_t>(i)], reference.expected.at<double>(i / 4, i % 4),
                    1e-6)
            << reference.image << ' ' << values.names->at(static_cast<std::size_t>(i));
    }
  }
}

// IBSI's 2-D features: of each slice, averaged over the slices.
TEST(Glcm, IsIbsisOnItsDigitalPhantom) {
  RADFLOW_NEEDS_IBSI();
  const std::map<std::string, std::string> tags{{"joint_max", "joint_maximum"},
                                                {"joint_avg", "joint_average"},
                                                {"joint_var", "joint_variance"},
                                                {"joint_entr", "joint_entropy"},
                                                {"diff_avg", "difference_average"},
                                                {"diff_var", "difference_variance"},
                                                {"diff_entr", "difference_entropy"},
                                                {"sum_avg", "sum_average"},
                                                {"sum_var", "sum_variance"},
                                                {"sum_entr", "sum_entropy"},
                                                {"energy", "asm"},
                                                {"contrast", "contrast"},
                                                {"dissimilarity", "dissimilarity"},
                                                {"inv_diff", "inverse_difference"},
                                                {"inv_diff_norm", "normalized_inverse_difference"},
                                                {"inv_diff_mom", "homogeneity"},
                                                {"inv_diff_mom_norm", "normalized_inverse_difference_moment"},
                                                {"inv_var", "inverse_variance"},
                                                {"corr", "correlation"},
                                                {"auto_corr", "autocorrelation"},
                                                {"clust_tend", "cluster_tendency"},
                                                {"clust_shade", "cluster_shade"},
                                                {"clust_prom", "cluster_prominence"},
                                                {"info_corr1", "information_correlation_1"},
                                                {"info_corr2", "information_correlation_2"}};
  std::string features;
  for (const auto& [tag, feature] : tags) features += (features.empty() ? "" : ", ") + feature;
  for (const auto& [directions, suffix] :
       std::map<std::string, std::string>{{"averaged", "_2D_avg"}, {"merged", "_2D_comb"}}) {
    std::map<std::string, double> sums;
    const auto slices = ibsi_slices();
    for (const IbsiSlice& slice : slices)
      for (const auto& [name, value] : by_name("glcm: {levels: 6, range: [1, 7], directions: " + directions +
                                                   ", features: [" + features + "]}",
                                               slice.frame, slice.mask))
        sums[name] += value / static_cast<double>(slices.size());
    for (const auto& [tag, feature] : tags) expect_ibsi(sums.at(feature + ".d1"), "cm_" + tag + suffix);
  }
}

}  // namespace
}  // namespace radflow
