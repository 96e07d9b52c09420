#include "cli/csv_lines.hpp"

#include "cli/tap.hpp"

namespace radflow::cli {
namespace {

// Spreadsheets of countries that write 0,5 put semicolons or tabs between fields.
char separator_of(std::string_view first_line) {
  for (const char separator : {',', ';', '\t'})
    if (first_line.find(separator) != std::string_view::npos) return separator;
  return ',';
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& file) : text_{text}, file_{file} {}

  std::vector<CsvLine> operator()() {
    if (text_.starts_with("\xff\xfe") || text_.starts_with("\xfe\xff"))
      refuse({file_, 0, 0}, "is text in UTF-16; save it as CSV in UTF-8");
    if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
    separator_ = separator_of(text_.substr(0, text_.find('\n')));
    while (!text_.empty()) {
      CsvLine line{line_, {}};
      do {
        line.fields.push_back(text_.starts_with('"') ? quoted() : plain());
      } while (take(separator_));
      take('\n');
      if (line.fields.size() > 1 || !line.fields.front().empty()) lines_.push_back(std::move(line));
    }
    return std::move(lines_);
  }

 private:
  // A carriage return before the line's end belongs to it.
  bool at_end_of_field() const {
    return text_.empty() || text_.front() == separator_ || text_.front() == '\n' ||
           text_.starts_with("\r\n") || text_ == "\r";
  }
  bool take(char c) {
    if (c == '\n' && text_.starts_with('\r')) text_.remove_prefix(1);
    if (!text_.starts_with(c)) return false;
    if (c == '\n') ++line_;
    text_.remove_prefix(1);
    return true;
  }

  std::string plain() {
    std::string field;
    for (; !at_end_of_field(); text_.remove_prefix(1)) field += text_.front();
    return field;
  }
  std::string quoted() {
    const int begin = line_;
    std::string field;
    for (text_.remove_prefix(1); !text_.empty(); text_.remove_prefix(1)) {
      if (text_.starts_with("\"\"")) {
        text_.remove_prefix(1);
      } else if (text_.front() == '"') {
        text_.remove_prefix(1);
        if (!at_end_of_field())
          refuse({file_, line_, 0}, "something stands behind a quote that closes a field");
        return field;
      }
      line_ += text_.front() == '\n';
      field += text_.front();
    }
    refuse({file_, begin, 0}, "the quote that begins here is not closed");
  }

  std::string_view text_;
  const std::string& file_;
  char separator_ = ',';
  int line_ = 1;
  std::vector<CsvLine> lines_;
};

}  // namespace

std::vector<CsvLine> read_csv(std::string_view text, const std::string& file) { return Reader{text, file}(); }

}  // namespace radflow::cli
