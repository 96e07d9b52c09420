// How long a member of a consumer group and its source wait for what.
#pragma once

#include <chrono>

namespace radflow::kafka {

// For the next record: while nothing else is to be done, and while claims are fetched.
inline constexpr std::chrono::milliseconds idle_turn{100};
inline constexpr std::chrono::milliseconds busy_turn{5};
// For room in the graph, before the partitions are paused; a quarter of max.poll.interval.ms if that is less.
inline constexpr std::chrono::milliseconds longest_unpaused{1'000};
// For what a record that is in hand waits for, before the group's events are served again.
inline constexpr std::chrono::milliseconds longest_turn{20};
// For records of partitions that are given up to end.
inline constexpr std::chrono::milliseconds longest_to_end{5'000};
// For the commit of what is done of them.
inline constexpr std::chrono::milliseconds longest_to_commit{3'000};
// For the events of a member that leaves, joins or waits to be fenced, from time to time.
inline constexpr std::chrono::milliseconds serve_events{50};
// For a source that is destroyed to commit and leave.
inline constexpr std::chrono::milliseconds longest_last_leave{5'000};
// For a member to leave the group that is joined anew.
inline constexpr std::chrono::milliseconds longest_to_leave{2'000};
// Between two calls that keep a member alive and commit what is done, and where a commit is urgent.
inline constexpr std::chrono::milliseconds between_commits{1'000};
inline constexpr std::chrono::milliseconds between_urgent_commits{5};
// Beyond two heartbeats, for the group to tell a static member that another process has its name.
inline constexpr std::chrono::milliseconds longest_to_be_fenced{1'000};
// For each answer of a broker at an assignment, for which the group's other partitions wait too, and between two records.
// A broker does not tell a position that a transaction may still move before that transaction ends.
inline constexpr std::chrono::milliseconds longest_answer_at_assignment{2'000};
inline constexpr std::chrono::milliseconds longest_answer_between_records{1'000};
// For the topics that are there at the start.
inline constexpr std::chrono::milliseconds longest_answer_at_start{500};
// For the ends that a run catches up with, and for partitions that other members have to let go first.
inline constexpr std::chrono::milliseconds longest_answer_of_end{5'000};
inline constexpr std::chrono::milliseconds longest_without_partitions{5'000};
// Until something is read of a partition that is assigned, before the source is called not ready.
inline constexpr std::chrono::milliseconds longest_unheard{15'000};

}  // namespace radflow::kafka
