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

  // Keeps its blocks, so a steady stream of batches allocates nothing; but not what was made for
  // one long text.
  void clear() {
    std::erase_if(blocks_, [](const Block& block) { return block.size > kBlock; });
    at_ = 0;
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
    if (at_ == blocks_.size() || used_ + size > blocks_[at_].size) next_block(size);
    char* place = blocks_[at_].memory.get() + used_;
    used_ += size;
    total_ += size;
    return place;
  }

  // Behind the blocks that are in use stand those that are kept.
  void next_block(size_t size) {
    if (at_ < blocks_.size()) ++at_;
    if (at_ == blocks_.size() || size > kBlock) {
      const size_t room = size > kBlock ? size : kBlock;
      const auto place = blocks_.begin() + static_cast<std::ptrdiff_t>(at_);
      blocks_.insert(place, {std::unique_ptr<char[]>(new char[room]), room});
    }
    used_ = 0;
  }

  std::vector<Block> blocks_;
  size_t at_ = 0;  // the block in use
  size_t used_ = 0;
  size_t total_ = 0;
};

}  // namespace relayburn
