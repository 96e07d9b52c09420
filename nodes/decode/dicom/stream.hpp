// MemoryStream: DCMTK's input stream over bytes in memory, its position known. Values longer than the
// caller's limit are not loaded while parsing: a length that lies allocates nothing. It ends early with
// too_deep() when sequences nest so deeply that DCMTK's recursion would use up the stack: a hostile file of 1
// MB can nest 50,000 levels, an honest one nests five. It ends likewise with too_many() after two million
// elements: every eight zero bytes are one, and DCMTK needs twenty times the memory for it.
// It passes over elements that the caller wants to be left out.
// It ends with is_directory() at a Directory Record Sequence, which no image has: DCMTK leaks damaged ones.
#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcerror.h>
#include <dcmtk/dcmdata/dcistrma.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "nodes/decode/dicom/outline.hpp"
#include "nodes/decode/reader.hpp"

namespace radflow {

class MemoryProducer final : public DcmProducer {
 public:
  explicit MemoryProducer(ByteSpan bytes) : bytes_{bytes} {}

  OFBool good() const override { return status_.good(); }
  OFCondition status() const override { return status_; }
  OFBool eos() override { return position_ == bytes_.size(); }
  offile_off_t avail() override {
    guard();
    return good() ? static_cast<offile_off_t>(bytes_.size() - position_) : 0;
  }
  offile_off_t read(void* buffer, offile_off_t length) override {
    const std::size_t count = clamp(length);
    if (count > 0) std::memcpy(buffer, bytes_.data() + position_, count);
    position_ += count;
    return static_cast<offile_off_t>(count);
  }
  offile_off_t skip(offile_off_t length) override {
    const std::size_t count = clamp(length);
    position_ += count;
    return static_cast<offile_off_t>(count);
  }
  void putback(offile_off_t count) override {
    if (count < 0 || static_cast<std::size_t>(count) > position_)
      status_ = EC_PutbackFailed;
    else
      position_ -= static_cast<std::size_t>(count);
  }

  // True if the element that begins here is (0004,1220), in either byte order; nothing is read from there on.
  bool stop_at_directory() {
    static constexpr std::array<std::uint8_t, 4> little{0x04, 0x00, 0x20, 0x12}, big{0x00, 0x04, 0x12, 0x20};
    const ByteSpan rest = bytes_.subspan(position_);
    if (rest.size() < 4) return false;
    const ByteSpan tag = rest.first(4);
    if (!std::ranges::equal(tag, little) && !std::ranges::equal(tag, big)) return false;
    status_ = EC_CorruptedData;
    return true;
  }

  std::size_t position() const { return position_; }
  bool too_deep() const { return too_deep_; }
  bool too_many() const { return elements_ > max_elements; }
  void count_element() {
    if (++elements_ > max_elements) status_ = EC_CorruptedData;
  }

 private:
  static constexpr std::size_t max_elements = 2'000'000;
  static constexpr std::ptrdiff_t max_stack_bytes = 256 * 1024;

  std::size_t clamp(offile_off_t length) {
    if (!good() || length <= 0) return 0;
    return std::min(static_cast<std::size_t>(length), bytes_.size() - position_);
  }
  // The stack grows downwards on every machine Debian runs on.
  void guard() {
    if (base_ - static_cast<const char*>(__builtin_frame_address(0)) < max_stack_bytes) return;
    too_deep_ = true;
    status_ = EC_CorruptedData;
  }

  ByteSpan bytes_;
  std::size_t position_ = 0;
  std::size_t elements_ = 0;
  bool too_deep_ = false;
  OFCondition status_ = EC_Normal;
  const char* base_ = static_cast<const char*>(__builtin_frame_address(0));
};

class MemoryStream final : public DcmInputStream {
 public:
  // The base class keeps the pointer and uses it only after construction.
  // `left_out` are whole elements, in order, with another behind the last of them; they must outlive the stream.
  explicit MemoryStream(ByteSpan bytes, std::span<const ByteRange> left_out = {})
      : DcmInputStream{&producer_}, producer_{bytes}, bytes_{bytes}, left_out_{left_out} {}

  DcmInputStreamFactory* newFactory() const override;
  // DCMTK marks the start of every element before it reads it.
  void mark() override {
    if (!left_out_.empty() && left_out_.front().begin == producer_.position()) {
      producer_.skip(static_cast<offile_off_t>(left_out_.front().end - left_out_.front().begin));
      left_out_ = left_out_.subspan(1);
    }
    marked_ = producer_.position();
    producer_.count_element();
    is_directory_ |= producer_.stop_at_directory();
    DcmInputStream::mark();
  }

  std::size_t position() const { return producer_.position(); }
  std::size_t marked() const { return marked_; }
  bool too_deep() const { return producer_.too_deep(); }
  bool too_many() const { return producer_.too_many(); }
  bool is_directory() const { return is_directory_; }

 private:
  MemoryProducer producer_;
  ByteSpan bytes_;
  std::span<const ByteRange> left_out_;
  std::size_t marked_ = 0;
  bool is_directory_ = false;
};

// Where DCMTK finds a value that it did not load while parsing. The bytes must outlive the data set.
class MemoryFactory final : public DcmInputStreamFactory {
 public:
  explicit MemoryFactory(ByteSpan bytes) : bytes_{bytes} {}

  DcmInputStream* create() const override { return new MemoryStream{bytes_}; }
  DcmInputStreamFactory* clone() const override { return new MemoryFactory{*this}; }
  DcmInputStreamFactoryType ident() const override { return DFT_DcmInputFileStreamFactory; }

 private:
  ByteSpan bytes_;
};

inline DcmInputStreamFactory* MemoryStream::newFactory() const {
  return new MemoryFactory{bytes_.subspan(position())};
}

}  // namespace radflow
