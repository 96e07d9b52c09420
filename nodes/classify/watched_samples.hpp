// WatchedSamples: training samples for cv::ml's trees, which ask for a feature's values at every split: there a fit can be
// cut off, which the library itself does not know.
#pragma once

#include <opencv2/ml.hpp>
#include <utility>

#include "nodes/classify/cut_off.hpp"

namespace radflow {

class WatchedSamples final : public cv::ml::TrainData {
 public:
  explicit WatchedSamples(cv::Ptr<cv::ml::TrainData> data) : data_{std::move(data)} {}

  void getValues(int vi, cv::InputArray sidx, float* values) const override {
    end_if_cut_off();
    data_->getValues(vi, sidx, values);
  }

  // All else is as it is.
  int getLayout() const override { return data_->getLayout(); }
  int getNTrainSamples() const override { return data_->getNTrainSamples(); }
  int getNTestSamples() const override { return data_->getNTestSamples(); }
  int getNSamples() const override { return data_->getNSamples(); }
  int getNVars() const override { return data_->getNVars(); }
  int getNAllVars() const override { return data_->getNAllVars(); }
  void getSample(cv::InputArray idx, int i, float* to) const override { data_->getSample(idx, i, to); }
  cv::Mat getSamples() const override { return data_->getSamples(); }
  cv::Mat getMissing() const override { return data_->getMissing(); }
  cv::Mat getTrainSamples(int layout, bool samples, bool vars) const override {
    return data_->getTrainSamples(layout, samples, vars);
  }
  cv::Mat getTrainResponses() const override { return data_->getTrainResponses(); }
  cv::Mat getTrainNormCatResponses() const override { return data_->getTrainNormCatResponses(); }
  cv::Mat getTestResponses() const override { return data_->getTestResponses(); }
  cv::Mat getTestNormCatResponses() const override { return data_->getTestNormCatResponses(); }
  cv::Mat getResponses() const override { return data_->getResponses(); }
  cv::Mat getNormCatResponses() const override { return data_->getNormCatResponses(); }
  cv::Mat getSampleWeights() const override { return data_->getSampleWeights(); }
  cv::Mat getTrainSampleWeights() const override { return data_->getTrainSampleWeights(); }
  cv::Mat getTestSampleWeights() const override { return data_->getTestSampleWeights(); }
  cv::Mat getVarIdx() const override { return data_->getVarIdx(); }
  cv::Mat getVarType() const override { return data_->getVarType(); }
  cv::Mat getVarSymbolFlags() const override { return data_->getVarSymbolFlags(); }
  int getResponseType() const override { return data_->getResponseType(); }
  cv::Mat getTrainSampleIdx() const override { return data_->getTrainSampleIdx(); }
  cv::Mat getTestSampleIdx() const override { return data_->getTestSampleIdx(); }
  void getNormCatValues(int vi, cv::InputArray sidx, int* to) const override {
    data_->getNormCatValues(vi, sidx, to);
  }
  cv::Mat getDefaultSubstValues() const override { return data_->getDefaultSubstValues(); }
  int getCatCount(int vi) const override { return data_->getCatCount(vi); }
  cv::Mat getClassLabels() const override { return data_->getClassLabels(); }
  cv::Mat getCatOfs() const override { return data_->getCatOfs(); }
  cv::Mat getCatMap() const override { return data_->getCatMap(); }
  void setTrainTestSplit(int count, bool shuffle) override { data_->setTrainTestSplit(count, shuffle); }
  void setTrainTestSplitRatio(double ratio, bool shuffle) override {
    data_->setTrainTestSplitRatio(ratio, shuffle);
  }
  void shuffleTrainTest() override { data_->shuffleTrainTest(); }
  cv::Mat getTestSamples() const override { return data_->getTestSamples(); }
  void getNames(std::vector<cv::String>& names) const override { data_->getNames(names); }

 private:
  cv::Ptr<cv::ml::TrainData> data_;
};

}  // namespace radflow
