#pragma once
// Memory that is given out piece by piece and taken back all at once: a batch of records costs no
// allocation per record.

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace relayburn {

class Arena {
 public:
  std::string_view copy(std::string_view text) {
    char* place = take(text.size(), 1);
    if (!text.empty()) std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }

  template <class T>
  std::span<T> array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    T* first = reinterpret_cast<T*>(take(count * sizeof(T), alignof(T)));
    std::uninitialized_value_construct_n(first, count);
    return {first, count};
  }

  // Keeps one block for the next round, so a steady stream of batches allocates nothing.
  void clear() {
    if (blocks_.size() > 1) blocks_.resize(1);
    used_ = 0;
    total_ = 0;
  }

  size_t bytes() const { return total_; }

 private:
  static constexpr size_t kBlock = size_t{1} << 20;
  struct Block {
    std::unique_ptr<char[]> memory;
    size_t size = 0;
  };

  char* take(size_t size, size_t alignment) {
    used_ = (used_ + alignment - 1) / alignment * alignment;
    if (blocks_.empty() || used_ + size > blocks_.back().size) {
      const size_t block = size > kBlock ? size : kBlock;
      blocks_.push_back({std::unique_ptr<char[]>(new char[block]), block});
      used_ = 0;
    }
    char* place = blocks_.back().memory.get() + used_;
    used_ += size;
    total_ += size;
    return place;
  }

  std::vector<Block> blocks_;
  size_t used_ = 0;
  size_t total_ = 0;
};

}  // namespace relayburn
