// Masks that lie elsewhere, beside images that came with the record or lie elsewhere, too.
#include <gmock/gmock.h>

#include <fstream>

#include "connectors/claim_check/claim_queue.hpp"
#include "graph/text.hpp"
#include "tests/connectors/build.hpp"
#include "tests/connectors/claim_check/claims.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class MaskClaim : public testing::Test {
 protected:
  MaskClaim()
      : rules_{{{"file://" + folder_.path("below") + "/"}, "allow"},
               {.max_bytes = 1000, .timeout = 2s, .ca = "", .netrc = ""}} {
    folder_.write("below/mask", mask_);
    folder_.write("below/image", image_);
    folder_.write("above", mask_);
    queue_ =
        std::make_unique<ClaimQueue>(rules_, "source test", intake_, [](const Position&) { return true; });
  }

  std::string at(const std::string& name) const { return "file://" + folder_.path(name); }
  Record brought(std::int64_t offset = 0) const {
    Record record{Bytes::of("value")};
    record.position = {"frames", 0, offset};
    return record;
  }
  Record claimed(std::int64_t offset = 0, std::int32_t partition = 0) const {
    return claim_record(at("below/image"), image_, offset, partition);
  }
  Record with_mask(Record record, const std::string& name, const std::string& bytes) const {
    record.headers.push_back({"radflow-mask-dataref", at(name)});
    record.headers.push_back({"radflow-mask-datarefsha256", sha256_digest(bytes).substr(7)});
    return record;
  }
  bool give(std::vector<Record> records) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    const auto in_time = [&] { return std::chrono::steady_clock::now() < end; };
    for (Record& record : records)
      while (queue_->admit(record) == Admission::Full && in_time()) queue_->wait(5ms);
    while (!queue_->empty() && in_time()) {
      queue_->serve();
      std::this_thread::sleep_for(1ms);
    }
    return queue_->empty();
  }
  // Why the record is refused.
  std::string refusal(Record record) {
    intake_.refused.clear();
    if (!give({std::move(record)}) || intake_.refused.empty()) return "";
    const Error& error = intake_.refused.back().second;
    return error.reason + ": " + error.detail;
  }

  const std::string mask_ = std::string(30, 'm'), image_ = std::string(60, 'i');
  TemporaryFolder folder_;
  FakeIntake intake_;
  ClaimCheck rules_;
  std::unique_ptr<ClaimQueue> queue_;
};

TEST_F(MaskClaim, IsFetchedIntoTheHeader) {
  ASSERT_TRUE(give({with_mask(brought(0), "below/mask", mask_), with_mask(claimed(1), "below/mask", mask_)}));
  ASSERT_EQ(intake_.records.size(), 2u);
  EXPECT_EQ(intake_.records[0].value.text(), "value");
  EXPECT_FALSE(intake_.records[0].claimed) << "its value is its own";
  EXPECT_EQ(intake_.records[1].value.text(), image_);
  EXPECT_TRUE(intake_.records[1].claimed);
  for (const Record& record : intake_.records) EXPECT_EQ(record.header("radflow-mask"), base64(mask_));
  EXPECT_EQ(intake_.reserved_bytes, 0);
}

TEST_F(MaskClaim, LeadsBelowItsRootOnly) {
  EXPECT_THAT(refusal(with_mask(brought(), "above", mask_)),
              HasSubstr("claim_not_allowed: the address in radflow-mask-dataref lies below no prefix"));
  EXPECT_THAT(refusal(with_mask(claimed(), "below/../above", mask_)),
              HasSubstr("claim_not_allowed: the path in radflow-mask-dataref climbs"));
  EXPECT_TRUE(intake_.records.empty());
}

TEST_F(MaskClaim, ThatIsWrongIsNamed) {
  EXPECT_THAT(refusal(with_mask(brought(), "below/absent", mask_)), HasSubstr("claim_not_found: the mask: "));
  EXPECT_THAT(refusal(with_mask(claimed(), "below/mask", "other")),
              HasSubstr("claim_digest_mismatch: the mask: "));
  Record record = brought();
  record.headers = {{"radflow-mask-dataref", at("below/mask")}};
  EXPECT_THAT(refusal(record), HasSubstr("claim_malformed: the header radflow-mask-datarefsha256"));
  record = with_mask(brought(), "below/mask", mask_);
  record.headers.push_back({"radflow-mask", base64(mask_)});
  EXPECT_THAT(refusal(record),
              HasSubstr("claim_malformed: the record has a mask, and says where another one lies"));
  EXPECT_EQ(intake_.reserved_bytes, 0);
}

// A value and its mask take 112 bytes of 130: whoever holds a mask and waits for a value could wait for the others' masks.
TEST_F(MaskClaim, NothingWaitsForItselfWhereMemoryIsShort) {
  intake_.memory = 130;
  std::vector<Record> records;
  for (int i = 0; i < 60; ++i) records.push_back(with_mask(claimed(i, i % 5), "below/mask", mask_));
  ASSERT_TRUE(give(std::move(records)));
  EXPECT_EQ(intake_.records.size(), 60u);
  EXPECT_EQ(intake_.reserved_bytes, 0);
}

}  // namespace
}  // namespace radflow
