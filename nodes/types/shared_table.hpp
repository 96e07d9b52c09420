// SharedTable: an immutable list that copies share, for what frames hand on from node to node unchanged.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace radflow {

template <typename T>
class SharedTable {
 public:
  using value_type = T;
  using const_iterator = typename std::vector<T>::const_iterator;
  using iterator = const_iterator;

  SharedTable() = default;
  SharedTable(std::vector<T> entries)  // NOLINT: a list is one of these
      : entries_{entries.empty() ? nullptr : std::make_shared<const std::vector<T>>(std::move(entries))} {}
  SharedTable(std::initializer_list<T> entries) : SharedTable{std::vector<T>(entries)} {}

  // To change a table: copy its entries, change them, assign them.
  const std::vector<T>& entries() const {
    static const std::vector<T> none;
    return entries_ ? *entries_ : none;
  }
  const_iterator begin() const { return entries().begin(); }
  const_iterator end() const { return entries().end(); }
  std::size_t size() const { return entries().size(); }
  bool empty() const { return !entries_; }
  const T& operator[](std::size_t i) const { return entries()[i]; }
  const T& at(std::size_t i) const { return entries().at(i); }
  const T& front() const { return entries().front(); }
  void clear() { entries_.reset(); }

 private:
  std::shared_ptr<const std::vector<T>> entries_;  // null where it is empty
};

}  // namespace radflow
