// What a person sees: colours and a progress bar, on a terminal only. In a pipe or a file they vanish.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace radflow::cli {

bool stdout_is_terminal();
bool stderr_is_terminal();

enum class Colour { Plain, Bold, Dim, Red, Green, Yellow, Blue };
// `text` in a colour if stderr (or stdout) is a terminal and NO_COLOR is not set.
std::string paint_stderr(std::string_view text, Colour colour);
std::string paint_stdout(std::string_view text, Colour colour);

// A bar on stderr: "send  [#####-----]  312/624  50 %  1,204/s  00:01 left". Redrawn at most ten times a
// second; on anything but a terminal one plain line every ten seconds and one at the end. Not thread-safe.
class ProgressBar {
 public:
  // `total` 0: unknown, shows a count and a rate only.
  ProgressBar(std::string title, std::uint64_t total);
  ~ProgressBar();  // leaves the last state on a line of its own

  void update(std::uint64_t done, std::string_view note = {});
  // Takes the bar away, so that a line can be printed; the next update draws it again.
  void hide();

 private:
  void draw(bool last);

  std::string title_;
  std::string note_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point drawn_{};
  bool visible_ = false;
};

}  // namespace radflow::cli
