#pragma once

#include "connection.hpp"

/// A transaction that is rolled back unless commit() is called.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {
    connection_.execute("BEGIN ISOLATION LEVEL READ COMMITTED");
  }
  ~Transaction() {
    if (is_open_) roll_back();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit() {
    is_open_ = false;
    connection_.execute("COMMIT");
  }

 private:
  void roll_back() noexcept try {
    connection_.execute("ROLLBACK");
  } catch (...) {  // Then the session is lost, and the server rolls back.
  }

  Connection& connection_;
  bool is_open_ = true;
};
