#include "connectors/kafka/client/login_advice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace radflow::kafka {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(LoginAdvice, NamesALibraryTooOldForScramOnKafka4) {
  EXPECT_THAT(login_advice("SCRAM-SHA-512", 0x020002ff), HasSubstr("2.0.2 found, SCRAM needs 2.6.1"));
  EXPECT_THAT(login_advice("SCRAM-SHA-256", 0x020600ff), HasSubstr("2.6.0 found"));
  EXPECT_THAT(login_advice("SCRAM-SHA-512", 0x020002ff), HasSubstr("sasl.password")) << "it may be that, too";
  EXPECT_THAT(login_advice("SCRAM-SHA-512", 0x020601ff), Not(HasSubstr("found")));
  EXPECT_THAT(login_advice("SCRAM-SHA-512", 0x020800ff), Not(HasSubstr("found")));
  EXPECT_THAT(login_advice("PLAIN", 0x020002ff), Not(HasSubstr("found")));
}

}  // namespace
}  // namespace radflow::kafka
