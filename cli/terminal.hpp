// What a person sees: colours and a progress bar, on a terminal only. In a pipe or a file they vanish.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace radflow::cli {

bool stdout_is_terminal();
bool stderr_is_terminal();
// From now on stderr is no terminal to those who ask: no colours and no bar.
void treat_stderr_as_file();

// "1 record", "2 records", "2 records or frames".
std::string counted(std::uint64_t count, std::string_view what);

// Columns of the terminal that stdout is; without one as many as one likes.
std::size_t stdout_columns();

enum class Keep { Beginning, End };
// At most `width` characters of `text`; where some are missing there is an ellipsis.
std::string shorten(const std::string& text, std::size_t width, Keep keep = Keep::Beginning);
// Takes from the widest columns until all of them, with `gaps` between them, have room in `limit`.
std::vector<std::size_t> fit_columns(std::vector<std::size_t> widths, std::size_t gaps, std::size_t limit);

enum class Colour { Plain, Bold, Dim, Red, Green, Yellow, Blue };
// `text` in a colour if stderr (or stdout) is a terminal and NO_COLOR is not set.
std::string paint_stderr(std::string_view text, Colour colour);
std::string paint_stdout(std::string_view text, Colour colour);

// While it lives stderr is its owner's: the progress bar is taken away, and drawn again later. For all that
// prints lines while a bar may be there; the log does. Not while one prints is another made by the same
// thread.
class AboveBar {
 public:
  AboveBar();

 private:
  std::unique_lock<std::mutex> lock_;
};

// A bar on stderr: "send  [#####-----]  312/624  50 %  1,204/s  00:01 left". Redrawn at most ten times a
// second, cut to the terminal's width; on anything but a terminal one line of the log every ten seconds and one
// at the end. The rate is that of the last ten seconds, in the last line that of the whole run. Not thread-safe,
// but others may print above it. There is one at a time.
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
  // Records per second over the last ten seconds or so.
  double recent_rate() const;

  std::string title_;
  std::string note_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point drawn_{};
  std::deque<std::pair<std::chrono::steady_clock::time_point, std::uint64_t>> seen_;  // the last ten seconds
};

}  // namespace radflow::cli
