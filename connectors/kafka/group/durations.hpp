// How long a member of a consumer group and its source wait for what.
#pragma once

#include <chrono>

namespace radflow::kafka {

// For what a record that is in hand waits for, before the group's events are served again.
inline constexpr std::chrono::milliseconds longest_turn{20};
// For records of partitions that are given up to end.
inline constexpr std::chrono::milliseconds longest_to_end{5'000};
// For the commit of what is done of them.
inline constexpr std::chrono::milliseconds longest_to_commit{3'000};
// For a member to leave the group that is joined anew.
inline constexpr std::chrono::milliseconds longest_to_leave{2'000};
// Between two calls that keep a member alive and commit what is done, and where a commit is urgent.
inline constexpr std::chrono::milliseconds between_commits{1'000};
inline constexpr std::chrono::milliseconds between_urgent_commits{5};
// Until something is read of a partition that is assigned, before the source is called not ready.
inline constexpr std::chrono::milliseconds longest_unheard{15'000};

}  // namespace radflow::kafka
