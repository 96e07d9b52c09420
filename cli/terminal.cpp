#include "cli/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cli/log.hpp"

namespace radflow::cli {
namespace {

using namespace std::chrono_literals;

bool stderr_as_file = false;  // set before other threads start

std::string paint(std::string_view text, Colour colour, bool terminal) {
  static const bool refused = [] {
    const char* no_color = std::getenv("NO_COLOR");
    return no_color && *no_color;
  }();
  if (!terminal || refused || colour == Colour::Plain) return std::string{text};
  int code = 0;
  switch (colour) {
    case Colour::Plain:
      break;
    case Colour::Bold:
      code = 1;
      break;
    case Colour::Dim:
      code = 2;
      break;
    case Colour::Red:
      code = 31;
      break;
    case Colour::Green:
      code = 32;
      break;
    case Colour::Yellow:
      code = 33;
      break;
    case Colour::Blue:
      code = 34;
      break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

// stderr's last row, which the log and the bar share.
std::mutex row_mutex;
bool bar_visible = false;  // under row_mutex

std::size_t columns(int descriptor) {
  winsize size{};
  if (::isatty(descriptor) != 1) return std::numeric_limits<std::size_t>::max();
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

// 1204 -> "1,204"
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string clock(double seconds) {
  const auto whole = static_cast<std::uint64_t>(seconds);
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{:02}:{:02}", whole / 60, whole % 60);
}

}  // namespace

bool stdout_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }
bool stderr_is_terminal() { return !stderr_as_file && ::isatty(STDERR_FILENO) == 1; }
void treat_stderr_as_file() { stderr_as_file = true; }

std::string counted(std::uint64_t count, std::string_view what) {
  std::string text = fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  if (const std::size_t at = text.find(" or "); at != std::string::npos && count != 1) text.insert(at, "s");
  return text;
}

std::size_t stdout_columns() { return columns(STDOUT_FILENO); }

std::string shorten(const std::string& text, std::size_t width, Keep keep) {
  std::vector<std::size_t> begins;  // of characters, in bytes
  for (std::size_t i = 0; i < text.size(); ++i)
    if (begins_character(text[i])) begins.push_back(i);
  if (begins.size() <= width) return text;
  const std::size_t kept = width - std::min<std::size_t>(width, 3);
  const std::string dots(width - kept, '.');
  return keep == Keep::Beginning ? text.substr(0, begins[kept]) + dots
                                 : dots + (kept == 0 ? "" : text.substr(begins[begins.size() - kept]));
}

std::vector<std::size_t> fit_columns(std::vector<std::size_t> widths, std::size_t gaps, std::size_t limit) {
  std::size_t all = std::accumulate(widths.begin(), widths.end(), gaps);
  for (; all > limit; --all) {
    const auto widest = std::ranges::max_element(widths);
    if (*widest <= 4) break;
    --*widest;
  }
  return widths;
}

std::string paint_stderr(std::string_view text, Colour colour) {
  return paint(text, colour, stderr_is_terminal());
}
std::string paint_stdout(std::string_view text, Colour colour) {
  return paint(text, colour, stdout_is_terminal());
}

AboveBar::AboveBar() : lock_{row_mutex} {
  if (bar_visible) {
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
  }
  bar_visible = false;
}

ProgressBar::ProgressBar(std::string title, std::uint64_t total) : title_{std::move(title)}, total_{total} {}

ProgressBar::~ProgressBar() {
  if (done_ == 0 && drawn_ == std::chrono::steady_clock::time_point{}) return;  // never shown: leave no line
  draw(true);
}

void ProgressBar::update(std::uint64_t done, std::string_view note) {
  done_ = done;
  note_ = note;
  const auto now = std::chrono::steady_clock::now();
  if (seen_.empty() || now - seen_.back().first >= 100ms) seen_.emplace_back(now, done);
  while (seen_.size() > 2 && now - seen_[1].first >= 10s) seen_.pop_front();
  // Without a terminal the first line comes after ten seconds too: a short run prints its end only.
  if (now - std::max(drawn_, stderr_is_terminal() ? drawn_ : start_) < (stderr_is_terminal() ? 100ms : 10s))
    return;
  drawn_ = now;
  draw(false);
}

void ProgressBar::hide() { const AboveBar hidden; }

double ProgressBar::recent_rate() const {
  auto [since, before] = seen_.empty() ? std::pair{start_, std::uint64_t{}} : seen_.front();
  if (since - start_ < 10s && std::chrono::steady_clock::now() - start_ < 10s) {
    since = start_;
    before = 0;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
  return seconds > 0 && done_ >= before ? static_cast<double>(done_ - before) / seconds : 0;
}

void ProgressBar::draw(bool last) {
  const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const double whole = elapsed > 0 ? static_cast<double>(done_) / elapsed : 0;
  // Of what takes seconds each, the last ten seconds say nothing.
  const double rate = last || whole < 1 ? whole : recent_rate();
  std::string line = title_ + "  ";
  if (total_ > 0) {
    constexpr int width = 20;
    const double part = std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
    const int filled = static_cast<int>(part * width);
    line += fmt::format("[{}{}]  {}/{}  {} %", std::string(filled, '#'), std::string(width - filled, '-'),
                        grouped(done_), grouped(total_), static_cast<int>(part * 100));
  } else {
    line += grouped(done_);
  }
  line += rate > 0 && rate < 1 ? fmt::format("  {:.1f}/min", 60 * rate)
                               : fmt::format("  {}/s", grouped(static_cast<std::uint64_t>(rate)));
  if (last)
    line += "  in " + clock(elapsed);
  else if (total_ > done_ && rate > 0)
    line += "  " + clock(static_cast<double>(total_ - done_) / rate) + " left";
  if (!note_.empty()) line += "  " + note_;

  if (!stderr_is_terminal()) {
    nlohmann::ordered_json fields{{"progress", title_}, {"done", done_}, {"rate", rate}};
    if (total_ > 0) fields["total"] = total_;
    return log_line(spdlog::level::info, line, fields);
  }
  const AboveBar row;
  // What went into a second row would stay there; in the last column the cursor is already beyond.
  std::fputs((shorten(line, columns(STDERR_FILENO) - 1) + (last ? "\n" : "")).c_str(), stderr);
  bar_visible = !last;
  std::fflush(stderr);
}

}  // namespace radflow::cli
