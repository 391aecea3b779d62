// On-line learning of MNIST in 784-500-500-250 with local random classifiers, as fast as we could make it by hand:
// the peer that says how much speed the generated Brian2 code leaves on the table.
//
//     g++ -std=c++17 -O3 -march=native -ffast-math handwritten.cpp -o handwritten
//     handwritten IDX_FOLDER float|ternary|accumulator TRAIN_COUNT TEST_COUNT
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "handwritten_layer.h"

constexpr int WARM_UP = 500;                        // first images, learnt but not timed

template <Rule RULE> struct Network {
    static constexpr Settings SETTINGS = settings_of(RULE);
    Random random;
    Layer<RULE, PIXELS, 500> first{random};
    Layer<RULE, 500, 500> second{random};
    Layer<RULE, 500, 250> third{random};
    std::array<int, 3> correct{};

    void present(const uint8_t* image, int label, bool learning) {
        const auto step = [&](int l, auto& layer, const List& active, const float* S_in) {
            const auto y = layer.forward(active);
            if (learning) layer.learn(active, S_in, y, label, SETTINGS.eta * SETTINGS.factors[l], random);
            else correct[l] += std::max_element(y.begin(), y.end()) - y.begin() == label;
        };
        step(0, first, indices_where(PIXELS, [&](int j) { return image[j] > 127; }), nullptr);
        step(1, second, first.spikes, first.S);
        step(2, third, second.spikes, second.S);
    }
};

std::vector<uint8_t> read_idx(const std::string& path, size_t header, size_t bytes) {
    std::ifstream file(path, std::ios::binary);
    std::vector<uint8_t> content(bytes);
    if (file.seekg(header).read(reinterpret_cast<char*>(content.data()), bytes)) return content;
    std::fprintf(stderr, "%s: cannot read %zu bytes after a header of %zu\n", path.c_str(), bytes, header);
    std::exit(1);
}

template <Rule RULE> int run(const std::string& folder, int train_count, int test_count) {
    const auto pixels = read_idx(folder + "/train-images-idx3-ubyte", 16, size_t(train_count) * PIXELS);
    const auto labels = read_idx(folder + "/train-labels-idx1-ubyte", 8, train_count);
    const auto test_pixels = read_idx(folder + "/t10k-images-idx3-ubyte", 16, size_t(test_count) * PIXELS);
    const auto test_labels = read_idx(folder + "/t10k-labels-idx1-ubyte", 8, test_count);
    const auto network = std::make_unique<Network<RULE>>();
    std::vector<int> order(train_count);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), network->random.bits);
    const auto train = [&](int from, int to) {
        for (int n = from; n < to; n++) network->present(&pixels[size_t(order[n]) * PIXELS], labels[order[n]], true);
    };
    const int warm_up = std::min(WARM_UP, train_count / 2);
    train(0, warm_up);
    const auto start = std::chrono::steady_clock::now();
    train(warm_up, train_count);
    const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
    for (int n = 0; n < test_count; n++) network->present(&test_pixels[size_t(n) * PIXELS], test_labels[n], false);
    std::printf("{\"ms_per_image\": %.5f, \"test_accuracy\": [", elapsed.count() / (train_count - warm_up));
    for (int l = 0; l < 3; l++) std::printf("%s%.4f", l ? ", " : "", double(network->correct[l]) / test_count);
    return std::printf("]}\n"), 0;
}

int main(int argc, char** argv) {
    const std::string rule = argc == 5 ? argv[2] : "";
    const auto chosen = rule == "float" ? run<Rule::FLOAT> : rule == "ternary" ? run<Rule::TERNARY>
                        : rule == "accumulator" ? run<Rule::ACCUMULATOR> : nullptr;
    if (chosen && std::atoi(argv[3]) > 0 && std::atoi(argv[4]) > 0)
        return chosen(argv[1], std::atoi(argv[3]), std::atoi(argv[4]));
    std::fprintf(stderr, "usage: handwritten IDX_FOLDER float|ternary|accumulator TRAIN_COUNT TEST_COUNT\n");
    return 2;
}
