// quality: tells images that are no ground for an answer from others, by what they say of themselves, by their pixels and
// by the distance of their features from those that a model was trained on. What fails is a dead letter with the reason, or
// an abstention, which is a result like others. It stands behind `decode`, or behind `classify`, whose answer it holds back:
//   - quality: {modality: [DX, CR], clipped_high: 0.05}
//   - quality: {distance: {model: pneumonia.model}, otherwise: abstain}
//     from: {image: decode, features: concat, prediction: classify}
//   ... sinks: from: [quality.prediction, quality.abstained]
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "graph/node.hpp"
#include "nodes/classify/fit.hpp"
#include "nodes/classify/model_input.hpp"
#include "nodes/imaging/quality.hpp"
#include "nodes/types/abstention.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/modality.hpp"
#include "nodes/types/prediction.hpp"

namespace radflow {
namespace {

enum class Otherwise { Reject, Abstain };
Choices<Otherwise> choices_of(Otherwise) {
  return {{Otherwise::Reject, "reject", "The message fails: its record is a dead letter with the reason."},
          {Otherwise::Abstain, "abstain", "Nothing but `abstained` leaves: a result with the reasons."}};
}

enum class By { Features, Mahalanobis };
Choices<By> choices_of(By) {
  return {
      {By::Features, "features",
       "Each feature apart: the root of the mean squared distance, in deviations; about 1 in the training."},
      {By::Mahalanobis, "mahalanobis",
       "With the covariance of a model that was trained with `covariance: true`; about the root of the "
       "number of features in the training. It finds features that are usual apart and not together."}};
}

struct DistanceParams {
  std::string model;
  std::optional<double> most;
  std::optional<By> by;
  static Fields<DistanceParams> fields() {
    return Fields<DistanceParams>{}
        .param(&DistanceParams::model, "model", required(model_file()),
               "A model that was trained with `distribution: true`.")
        .param(&DistanceParams::most, "most", range(1e-9, 1e9),
               "In deviations; absent: the greatest distance of an image of the training.")
        .param(&DistanceParams::by, "by", any(), "How it is measured; absent: features.");
  }
};

struct Params {
  std::optional<std::vector<std::string>> modality, body_part;
  std::optional<double> clipped_low, clipped_high, contrast, truncated, not_finite;
  std::optional<DistanceParams> distance;
  Otherwise otherwise = Otherwise::Reject;
};

using Leaves = std::tuple<std::optional<Frame>, std::optional<Features>, std::optional<Prediction>, Features,
                          std::optional<Abstention>>;

class Quality {
 public:
  Quality(const Params& params, const BuildInfo& info) : params_{params} {
    if (params_.modality)
      take_modalities(*params_.modality, "`filter: {{id: Modality, equals: [{}]}}` before it");
    if (params_.body_part)
      for (std::string& code : *params_.body_part) code = in_upper_case(code);
    std::vector<std::string> names;
    for (const char* measure : {"clipped_low", "clipped_high", "contrast", "truncated", "not_finite"})
      names.push_back(info.name + "." + measure);
    if (params.distance) {
      const bool takes_features =
          std::ranges::any_of(info.inputs, [](const PayloadType* type) { return is_type<Features>(type); });
      if (!info.inputs.empty() && !takes_features)
        throw ParamError{"distance", "needs features: `from: {image: decode, features: concat}`"};
      model_ = model_of(info, params.distance->model, "quality: distance");
      if (!model_->manifest.distribution)
        throw ParamError{
            "distance.model",
            fmt::format("{} does not say where the features of its training lay; train it again with "
                        "`train: {{distribution: true}}`",
                        model_->name)};
      const Distribution& training = *model_->manifest.distribution;
      mahalanobis_ = params.distance->by == By::Mahalanobis;
      if (mahalanobis_ && !training.covariance)
        throw ParamError{"distance.by",
                         fmt::format("{} does not say how the features of its training vary together; train "
                                     "it again with `train: {{covariance: true}}`",
                                     model_->name)};
      most_ = params.distance->most.value_or(
          (mahalanobis_ ? training.mahalanobis_spread : training.spread).greatest);
      names.push_back(info.name + ".distance");
    }
    names_ = std::make_shared<const std::vector<std::string>>(std::move(names));
    for (std::size_t i = 0; i < std::min(info.known.size(), info.inputs.size()); ++i) {
      if (is_type<Frame>(info.inputs[i])) known_[0] = info.known[i];
      if (is_type<Features>(info.inputs[i])) known_[1] = info.known[i];
      if (is_type<Prediction>(info.inputs[i])) known_[2] = info.known[i];
    }
    if (const auto* meaning = known_[0].get<KnownMeaning>()) known_[3].set(*meaning);
    known_[3].set(KnownFeatures{*names_});
  }

  Known known(int output) const { return known_.at(static_cast<std::size_t>(output)); }

  Result<Leaves> operator()(const Frame& frame, const Features* features, const Prediction* prediction,
                            const Context& context) const {
    const PixelQuality seen = quality_of(frame);
    std::vector<double> values{seen.clipped_low, seen.clipped_high, seen.contrast, seen.truncated,
                               seen.not_finite};
    std::vector<Error> reasons;
    check_words(frame, context, reasons);
    check_pixels(seen, reasons);
    if (model_) {
      if (!features) return Error{"no_features", "quality got no features, whose distance it is asked for"};
      if (const std::string what = name_difference(model_->manifest, *features->names); !what.empty())
        return Error{"feature_mismatch", what};
      const Distribution& training = *model_->manifest.distribution;
      values.push_back(mahalanobis_ ? training.mahalanobis(features->values)
                                    : training.distance(features->values));
      if (!(values.back() <= most_))
        reasons.push_back(
            Error{"far_from_training",
                  fmt::format(
                      "the features lie {:.4g} deviations from the training's mean, at most {:.4g} is asked",
                      values.back(), most_)});
    }
    const auto also = [](const auto* value) { return value ? std::optional{*value} : std::nullopt; };
    Features measures{names_, std::move(values), frame.units, std::string{name(frame.photometric)}};
    if (reasons.empty())
      return Leaves{frame, also(features), also(prediction), std::move(measures), std::nullopt};
    if (params_.otherwise == Otherwise::Reject) return Error{reasons.front().reason, details(reasons)};
    Abstention abstention{std::move(reasons), names_, measures.values};
    return Leaves{std::nullopt, std::nullopt, std::nullopt, std::move(measures), std::move(abstention)};
  }

 private:
  void check_words(const Frame& frame, const Context& context, std::vector<Error>& reasons) const {
    const auto wrong = [](const char* what, const auto& asked, std::string_view said) -> std::string {
      const std::string word = in_upper_case(std::string{said});
      if (!asked || std::ranges::find(*asked, word) != asked->end()) return "";
      return fmt::format("the {} is {}, and {} is asked", what, word.empty() ? "not known" : word,
                         fmt::join(*asked, " or "));
    };
    const std::string modality =
        wrong("modality", params_.modality,
              frame.modality.empty() ? context.identity().id("Modality").value_or("") : frame.modality);
    if (!modality.empty()) reasons.push_back(Error{"wrong_modality", modality});
    const std::string part =
        wrong("body part", params_.body_part, context.identity().id("BodyPartExamined").value_or(""));
    if (!part.empty()) reasons.push_back(Error{"wrong_body_part", part});
  }

  void check_pixels(const PixelQuality& seen, std::vector<Error>& reasons) const {
    const auto detail = [](double share, const char* what, double most) {
      return fmt::format("{:.3g} of {}, at most {:.3g} is asked", share, what, most);
    };
    // Absent, any share is allowed.
    const double low = params_.clipped_low.value_or(1), high = params_.clipped_high.value_or(1),
                 truncated = params_.truncated.value_or(1), not_finite = params_.not_finite.value_or(1);
    if (seen.constant) reasons.push_back(Error{"constant", "all pixels have one value, or there is none"});
    if (seen.clipped_low > low)
      reasons.push_back(Error{"clipped", detail(seen.clipped_low, "the pixels have the least value", low)});
    if (seen.clipped_high > high)
      reasons.push_back(
          Error{"clipped", detail(seen.clipped_high, "the pixels have the greatest value", high)});
    if (seen.truncated > truncated)
      reasons.push_back(Error{
          "truncated", detail(seen.truncated, "the rows at the lower edge hold one value only", truncated)});
    if (seen.not_finite > not_finite)
      reasons.push_back(
          Error{"not_finite", detail(seen.not_finite, "the pixels are no finite numbers", not_finite)});
    if (params_.contrast && seen.contrast < *params_.contrast && !seen.constant)
      reasons.push_back(
          Error{"low_contrast", fmt::format("the 1st and 99th percentile are {:.4g} apart, {:.4g} is asked",
                                            seen.contrast, *params_.contrast)});
  }

  Params params_;
  std::shared_ptr<const Model> model_;  // Null where no distance is asked.
  bool mahalanobis_ = false;
  double most_ = 0;
  std::shared_ptr<const std::vector<std::string>> names_;
  std::array<Known, 5> known_;
};

const Register<Quality, Params> registered{
    NodeSpec{"quality",
             "Rejects images that are no ground for an answer, or abstains from one, and says why. A frame "
             "of one value "
             "is always such. What passes leaves as it came: `image`, `features`, `prediction`."}
        .inputs({"image", "features", "prediction"})
        .outputs({"image", "features", "prediction", "measures", "abstained"})
        .first_is_main()
        .hands_on({"features", "prediction"})
        .param(&Params::modality, "modality", any(), "One of these: [DX, CR]. A frame without one fails.")
        .param(&Params::body_part, "body_part", any(),
               "DICOM's BodyPartExamined is one of these: [CHEST]. A frame without one fails.")
        .param(&Params::clipped_low, "clipped_low", range(0, 1),
               "The greatest share of pixels of the least value.")
        .param(&Params::clipped_high, "clipped_high", range(0, 1),
               "The greatest share of pixels of the greatest value.")
        .param(&Params::contrast, "contrast", at_least(0),
               "The least distance of the 1st and 99th percentile, in the frame's units.")
        .param(&Params::truncated, "truncated", range(0, 1),
               "By which share of the rows those of one value at the lower edge may exceed those at the "
               "upper one.")
        .param(&Params::not_finite, "not_finite", range(0, 1),
               "The greatest share of NaN and infinite pixels.")
        .param(&Params::distance, "distance", any(),
               "Of the features from those of a model's training: `from: {image: decode, features: concat}`. "
               "Behind it "
               "`classify` takes `quality.features`, or stands beside it as `prediction: classify`.")
        .param(&Params::otherwise, "otherwise", any(), "What becomes of an image that fails.")
        .errors({{"wrong_modality", "The modality is none of those asked, or not known."},
                 {"wrong_body_part", "The body part is none of those asked, or not known."},
                 {"constant", "All pixels have one value, or there is none that counts."},
                 {"clipped", "Too many pixels have the least or the greatest value."},
                 {"truncated", "The lower rows hold one value only: the image's end is missing."},
                 {"not_finite", "Too many pixels are no finite numbers."},
                 {"low_contrast", "The values lie too close together."},
                 {"far_from_training", "The features lie too far from those that the model was trained on."},
                 {"no_features", "The distance of features is asked, and what would give them was filtered."},
                 {"feature_mismatch", "The features are not those of the model."}})
        .example("- quality: {modality: [DX, CR], clipped_high: 0.05, truncated: 0.1}")};

}  // namespace
}  // namespace radflow
