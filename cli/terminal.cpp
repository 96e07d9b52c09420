#include "cli/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace radflow::cli {
namespace {

using namespace std::chrono_literals;

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
bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

std::string paint_stderr(std::string_view text, Colour colour) {
  return paint(text, colour, stderr_is_terminal());
}
std::string paint_stdout(std::string_view text, Colour colour) {
  return paint(text, colour, stdout_is_terminal());
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
  // Without a terminal the first line comes after ten seconds too: a short run prints its end only.
  if (now - std::max(drawn_, stderr_is_terminal() ? drawn_ : start_) < (stderr_is_terminal() ? 100ms : 10s))
    return;
  drawn_ = now;
  draw(false);
}

void ProgressBar::hide() {
  if (visible_) std::fputs("\r\x1b[K", stderr);
  visible_ = false;
}

void ProgressBar::draw(bool last) {
  const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const double rate = elapsed > 0 ? static_cast<double>(done_) / elapsed : 0;
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
  line += fmt::format("  {}/s", grouped(static_cast<std::uint64_t>(rate)));
  if (last)
    line += "  in " + clock(elapsed);
  else if (total_ > done_ && rate > 0)
    line += "  " + clock(static_cast<double>(total_ - done_) / rate) + " left";
  if (!note_.empty()) line += "  " + note_;

  if (stderr_is_terminal()) {
    std::fputs(("\r\x1b[K" + line + (last ? "\n" : "")).c_str(), stderr);
    visible_ = !last;
  } else {
    std::fputs((line + "\n").c_str(), stderr);
  }
  std::fflush(stderr);
}

}  // namespace radflow::cli
