// How fast one core reads memory when it does nothing else: rows of floats added into one row of sums, U += row,
// as a forward pass does for its active inputs. No forward pass that reads the same bytes can take less time.
//
//     g++ -std=c++17 -O3 -march=native -ffast-math stream.cpp -o stream
//     stream BYTES            BYTES: the working set, e.g. 3145728 for the weights of 784-500-500-250
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <vector>

constexpr size_t WIDTH = 512;               // floats in a row: 500 neurons, padded
constexpr size_t ROWS_AT_ONCE = 8;          // so that the sums are loaded and stored once for eight rows
constexpr size_t BYTES_PER_REPEAT = 64 << 20;
constexpr int REPEATS = 15;

void add_all_rows(const std::vector<float>& memory, std::vector<float>& sums) {
    float* __restrict U = sums.data();
    for (size_t start = 0; start < memory.size(); start += ROWS_AT_ONCE * WIDTH) {
        const float* __restrict row = &memory[start];
        for (size_t i = 0; i < WIDTH; i++)
            U[i] += ((row[i] + row[i + WIDTH]) + (row[i + 2 * WIDTH] + row[i + 3 * WIDTH])) +
                    ((row[i + 4 * WIDTH] + row[i + 5 * WIDTH]) + (row[i + 6 * WIDTH] + row[i + 7 * WIDTH]));
    }
}

int main(int argc, char** argv) {
    const long long bytes = argc == 2 ? std::atoll(argv[1]) : 0;
    const long long block = ROWS_AT_ONCE * WIDTH * sizeof(float);
    if (bytes < block) {
        std::fprintf(stderr, "usage: stream BYTES, at least %lld\n", block);
        return 2;
    }
    const size_t blocks = bytes / block;
    const size_t passes = std::max<size_t>(1, BYTES_PER_REPEAT / (blocks * block));
    std::vector<float> memory(blocks * ROWS_AT_ONCE * WIDTH, 1e-6f), sums(WIDTH, 0.f);
    add_all_rows(memory, sums);             // brings the working set into the caches that hold it

    std::vector<double> rates;
    for (int repeat = 0; repeat < REPEATS; repeat++) {
        const auto start = std::chrono::steady_clock::now();
        for (size_t pass = 0; pass < passes; pass++) add_all_rows(memory, sums);
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
        rates.push_back(passes * memory.size() * sizeof(float) / elapsed.count() / 1e9);
    }
    std::nth_element(rates.begin(), rates.begin() + REPEATS / 2, rates.end());
    std::printf("{\"GB_per_s\": %.2f, \"bytes\": %zu, \"checksum\": %g}\n", rates[REPEATS / 2],
                memory.size() * sizeof(float), sums[0]);      // the sum is printed so that it has to be computed
}
