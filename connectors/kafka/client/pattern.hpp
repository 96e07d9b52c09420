// Patterns of topics, as librdkafka compiles them: POSIX, extended.
#pragma once

#include <string>

namespace radflow::kafka {

// Throws a ParamError of `param` if the pattern is no regular expression.
void check_pattern(const std::string& pattern, const std::string& param);
// False, too, of a pattern that check_pattern() refuses.
bool matches(const std::string& pattern, const std::string& topic);

}  // namespace radflow::kafka
