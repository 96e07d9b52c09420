// What an error says behind a name that nobody knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace radflow {

// "; did you mean 'width'?", or "" if nothing is near.
std::string suggestion(std::string_view name, const std::vector<std::string>& known);

}  // namespace radflow
