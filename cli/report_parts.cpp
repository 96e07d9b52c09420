#include "cli/report_parts.hpp"

#include <fmt/format.h>

#include <sstream>

#include "cli/chart.hpp"
#include "cli/report_style.hpp"

namespace radflow::cli {

std::string table_line(const std::string& name, const std::string& cells) {
  return fmt::format("<tr><th scope=\"row\">{}</th>{}</tr>\n", escaped(name), cells);
}

std::string table_head_of(const std::vector<std::string>& names) {
  std::string cells;
  for (const std::string& name : names) cells += fmt::format("<th scope=\"col\">{}</th>", escaped(name));
  return fmt::format("<tr>{}</tr>\n", cells);
}

std::string table_of(const std::string& lines, const std::string& kind) {
  return fmt::format("<div class=\"scroll\"><table class=\"{}\">\n{}</table></div>\n", kind, lines);
}

std::string paragraphs_of(const std::string& lines) {
  std::istringstream words{lines};
  std::string text;
  for (std::string line; std::getline(words, line);)
    text += fmt::format("<p class=\"faint\">{}</p>\n", escaped(line));
  return text;
}

std::string page_of(const std::string& title, const std::string& body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style></head>\n<body>\n{}</body></html>\n",
      escaped(title), report_style, body);
}

}  // namespace radflow::cli
