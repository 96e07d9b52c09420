// How long the thread of the transactions waits for what.
#pragma once

#include <chrono>

namespace radflow::kafka {

// Until a batch is closed.
inline constexpr std::chrono::milliseconds longest_open{100};
// Between two looks whether a batch is complete.
inline constexpr std::chrono::milliseconds look_again{10};
// Callbacks are served that often while something else is waited for.
inline constexpr std::chrono::milliseconds serve_while_waiting{20};
// For the brokers to let transactions begin, then they are asked again.
inline constexpr std::chrono::milliseconds longest_begin{2'000};
// For an answer of a broker to offsets, a commit or an abort, then it is asked again.
inline constexpr std::chrono::milliseconds longest_answer{10'000};
// For the answer that is under way when the source stops.
inline constexpr std::chrono::milliseconds last_answer{1'000};
// Until the source hears that its partitions are lost, when it is no member of its group any more.
inline constexpr std::chrono::milliseconds longest_no_member{3'000};
// For outputs to be taken over by a broker, before a stop is looked for: with a full queue, and of all that was handed
// over.
inline constexpr std::chrono::milliseconds longest_full{50};
inline constexpr std::chrono::milliseconds longest_hand_over{100};
// Between two attempts of one transaction.
inline constexpr std::chrono::milliseconds first_retry{50};
inline constexpr std::chrono::milliseconds longest_retry{5'000};

// Between two clients, when Kafka gave the last one up. Each connects and logs in, and may end as it did.
inline constexpr std::chrono::milliseconds first_reopening{500};
inline constexpr std::chrono::milliseconds longest_reopening{30'000};

// As librdkafka takes it.
constexpr int to_ms(std::chrono::milliseconds time) { return static_cast<int>(time.count()); }

}  // namespace radflow::kafka
