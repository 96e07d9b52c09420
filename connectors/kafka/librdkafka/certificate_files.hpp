// The files of certificates and keys that properties name.
#pragma once

#include <string>
#include <vector>

#include "connectors/kafka/librdkafka/properties.hpp"

namespace radflow::kafka {

// What is wrong with each that librdkafka would open and cannot.
std::vector<ParamError> check_certificate_files(const Properties& properties);

// For a property that names such a file: what librdkafka says of it, in words that name the file and what
// should be in it. Else what librdkafka says.
std::string explained(const Properties& properties, const std::string& name, const std::string& reason);

}  // namespace radflow::kafka
