#include "connectors/kafka/transactions/transactional_id.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>

namespace radflow::kafka {
namespace {

TEST(TransactionalId, IsTheGroupAndTheInstance) {
  EXPECT_EQ(TransactionalId("group", "one").text(), "radflow-group-one");
}

TEST(TransactionalId, LivingProcessesDifferAndOneThatComesBackHasItsNameAgain) {
  const std::string group = "test/" + std::to_string(getpid());
  auto first = std::make_unique<TransactionalId>(group, "");
  const TransactionalId second{group, ""};
  EXPECT_NE(first->text(), second.text());
  EXPECT_NE(first->text(), TransactionalId("other " + group, "").text());
  const std::string text = first->text();
  EXPECT_TRUE(text.starts_with("radflow-" + group + "-"));
  first.reset();
  EXPECT_EQ(TransactionalId(group, "").text(), text);
}

TEST(TransactionalId, ThatWasTakenAwayIsAnotherUnlessItWasGiven) {
  TransactionalId given{"group", "one"};
  given.change();
  EXPECT_TRUE(given.given());
  EXPECT_EQ(given.text(), "radflow-group-one");
  TransactionalId own{"taken/" + std::to_string(getpid()), ""};
  const std::string before = own.text();
  own.change();
  EXPECT_FALSE(own.given());
  EXPECT_NE(own.text(), before);
}

}  // namespace
}  // namespace radflow::kafka
