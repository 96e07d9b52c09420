// TransactionalId: the name under which a process writes transactions. Whoever begins with a name ends what
// its predecessor of that name left open, so a process that comes back should have the same one and two that
// live at the same time must not: it is the consumer group and the static instance id (`group.instance.id`),
// or without one the host and the lowest number that no other process on it holds for this group.
#pragma once

#include <string>

namespace radflow::kafka {

class TransactionalId {
 public:
  // `instance` may be empty. Where no number can be had the name is random: as safe, but after a crash the
  // next start waits for transaction.timeout.ms, which the log says.
  TransactionalId(const std::string& group, const std::string& instance);
  ~TransactionalId();
  TransactionalId(const TransactionalId&) = delete;
  TransactionalId& operator=(const TransactionalId&) = delete;

  const std::string& text() const { return text_; }
  // It is of a static instance id: another process may have it.
  bool given() const { return given_; }
  // The broker has taken the name away. Unless it is given, another one is taken: who knows whether somebody
  // else has this one (two containers may share a host's name and no file).
  void change();

 private:
  void be_random();

  std::string stem_;
  bool given_;
  std::string text_;
  int lock_ = -1;  // a file: the kernel lets go of it whatever ends the process
};

}  // namespace radflow::kafka
