// Threads of OpenMP as far as generated programs use them, in the place of libgomp's: these are
// pthreads, whose order the thread sanitizer sees, as it does not in a libgomp that is not
// instrumented.
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

static thread_local int number = 0, team = 1;
static int wanted = 1, arrived = 0;
static unsigned long round_of_barrier = 0;
static std::mutex gate, critical;
static std::condition_variable all_arrived;

extern "C"
{
    int omp_get_thread_num() { return number; }
    int omp_get_num_threads() { return team; }
    int omp_get_max_threads() { return wanted; }
    void omp_set_num_threads(int threads) { wanted = threads; }
    void omp_set_dynamic(int) {}
    void GOMP_critical_start() { critical.lock(); }
    void GOMP_critical_end() { critical.unlock(); }
    void GOMP_barrier()
    {
        std::unique_lock<std::mutex> lock(gate);
        const unsigned long own = round_of_barrier;
        if (++arrived == team)
        {
            arrived = 0;
            round_of_barrier++;
            all_arrived.notify_all();
        }
        else
            all_arrived.wait(lock, [own] { return round_of_barrier != own; });
    }
    void GOMP_parallel(void (*work)(void *), void *data, unsigned threads, unsigned)
    {
        const int size = team > 1 ? 1 : threads ? threads : wanted, outer_team = team, outer = number;
        auto run = [=](int own) { number = own; team = size; work(data); };
        std::vector<std::thread> others;
        for (int own = 1; own < size; own++) others.emplace_back(run, own);
        run(0);
        for (auto &each : others) each.join();
        number = outer;
        team = outer_team;
    }
}
