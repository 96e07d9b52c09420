// How long clients of Kafka, readers and replays wait for what. Of groups: group/durations.hpp; of transactions:
// transactions/durations.hpp.
#pragma once

#include <chrono>

namespace radflow::kafka {

// For what brokers say of one topic. The thread that asks has records to hand over meanwhile.
inline constexpr std::chrono::milliseconds longest_look{200};
// Between two such looks: at a topic that can be written, and at one that cannot yet or whose brokers are away.
inline constexpr std::chrono::milliseconds between_looks_at_topic{5'000};
inline constexpr std::chrono::milliseconds between_looks_at_trouble{1'000};
// For the configuration of a topic, which a broker with much to do answers late; librdkafka's own limit is a minute.
inline constexpr std::chrono::milliseconds longest_description{10'000};
// Until the rules of a topic are asked for again: people change them, and nobody waits for it.
inline constexpr std::chrono::milliseconds between_rules{60'000};
// The same while they refuse records: what is refused after a change is a dead letter in vain.
inline constexpr std::chrono::milliseconds between_rules_that_refuse{1'000};
// The same where no answer came: before the first one records wait for it.
inline constexpr std::chrono::milliseconds between_first_rules{200};
inline constexpr std::chrono::milliseconds between_missing_rules{1'000};
// Brokers that make topics need a moment for one that was just asked for.
inline constexpr std::chrono::milliseconds time_to_make{2'000};
// For a reader's first answer, however short its caller wants to wait: less would ask without ever hearing.
inline constexpr std::chrono::milliseconds least_to_connect{200};
// For one record of a topic that a replay fetches, and for its steps on the way.
inline constexpr std::chrono::milliseconds longest_fetch{60'000};
inline constexpr std::chrono::milliseconds longest_answer_of_range{1'000};
inline constexpr std::chrono::milliseconds longest_of_record{100};
// For the delivery reports of what is given up.
inline constexpr std::chrono::milliseconds longest_purge{5'000};
// Between two commits of what a replay has settled, and for each of them. What is not committed is replayed again.
inline constexpr std::chrono::milliseconds between_settlements{5'000};
inline constexpr std::chrono::milliseconds longest_settlement{1'000};

}  // namespace radflow::kafka
