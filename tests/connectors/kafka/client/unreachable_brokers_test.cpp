#include "connectors/kafka/client/unreachable_brokers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const UnreachableBrokers::Clock::time_point start{};

std::string statistics(const std::string& state, int age_us) {
  return R"({"brokers":{"k:9092/bootstrap":{"name":"k:9092/bootstrap","nodeid":-1,"nodename":"k:9092","state":"UP",)"
         R"("stateage":9000000},"inner:9092/2":{"name":"inner:9092/2","nodeid":2,"nodename":"inner:9092","source":)"
         R"("learned","state":")" +
         state + R"(","stateage":)" + std::to_string(age_us) + "}}}";
}

TEST(UnreachableBrokers, OneThatCannotBeReachedIsSaidOnceAndWhenItIsReachedAgain) {
  UnreachableBrokers brokers;
  brokers.failed(
      "ssl://inner:9092/2: Failed to resolve 'inner:9092': Name or service not known (after 3ms in state "
      "CONNECT)",
      start);
  EXPECT_THAT(brokers.news("k:9092", start + 1s), IsEmpty()) << "it may be a moment's matter";
  EXPECT_THAT(
      brokers.news("k:9092", start + 2s),
      ElementsAre(
          "Kafka at k:9092 gives inner:9092 as the address of its broker 2, which cannot be reached "
          "from here (Failed to resolve 'inner:9092': Name or service not known); advertised.listeners "
          "of the broker has to name an address that clients can reach; trying again"));
  brokers.failed("ssl://inner:9092/2: Failed to resolve 'inner:9092'", start + 3s);
  EXPECT_THAT(brokers.news("k:9092", start + 60s), IsEmpty());
  brokers.take(broker_statistics(statistics("UP", 5)), start + 61s);
  EXPECT_THAT(brokers.news("k:9092", start + 61s),
              ElementsAre("broker 2 of Kafka at k:9092 is reached at inner:9092 now"));
}

TEST(UnreachableBrokers, AConnectionThatDoesNotComeAboutIsOneToo) {
  UnreachableBrokers brokers;
  brokers.take(broker_statistics(statistics("CONNECT", 1'000'000)), start);
  EXPECT_THAT(brokers.news("k:9092", start), IsEmpty());
  brokers.take(broker_statistics(statistics("CONNECT", 3'000'000)), start + 2s);
  EXPECT_THAT(brokers.news("k:9092", start + 2s),
              ElementsAre(HasSubstr("gives inner:9092 as the address of its broker 2, "
                                    "which cannot be reached from here (no answer)")));
}

TEST(UnreachableBrokers, BootstrapAddressesAndBrokersInNoUseAreNone) {
  UnreachableBrokers brokers;
  brokers.failed("k:9092/bootstrap: Connect to ipv4#10.0.0.1:9092 failed: Connection refused", start);
  brokers.failed("1/1 brokers are down", start);
  brokers.take(broker_statistics(statistics("INIT", 90'000'000)), start);
  EXPECT_THAT(brokers.news("k:9092", start + 60s), IsEmpty());
}

TEST(UnreachableBrokers, OneThatIsBackBeforeItIsSaidIsNeverSaid) {
  UnreachableBrokers brokers;
  brokers.failed("inner:9092/2: Connect to ipv4#10.0.0.1:9092 failed: Connection refused", start);
  brokers.take(broker_statistics(statistics("UP", 5)), start + 1s);
  EXPECT_THAT(brokers.news("k:9092", start + 60s), IsEmpty());
}

}  // namespace
}  // namespace radflow::kafka
