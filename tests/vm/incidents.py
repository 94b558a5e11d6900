# SPDX-License-Identifier: GPL-2.0-or-later
"""The incidents: what happens in the guest, and what mmwhy must say of its console log.

fired, may, first, clear, cannot_tell, silent, values, count, facts: as in the expect.json of a case
(tests/README). unexplained: the fact with the number of pages that no counter of the report holds.
default: part of the run without arguments. An incident ends when its script does, or with a panic.
"""
import struct


class Incident:
    def __init__(self, name, what, script, memory=512, cpus=2, append="", modules=(), devices=(), disk=0,
                 throttle=0, crash="", fault=False, stuck=False, seconds=600, ends="done", default=True, at=None, since=(0, 0), before=(99, 0), keep=(), rom=b"", **expect):
        self.name, self.what, self.script, self.memory, self.cpus = name, what, script, memory, cpus
        self.append, self.modules, self.devices, self.disk = append, modules, list(devices), disk
        self.throttle, self.crash, self.fault, self.stuck = throttle, crash, fault, stuck
        self.seconds, self.ends, self.default, self.at = seconds, ends, default, at
        self.since, self.before, self.keep, self.rom, self.expect = since, before, list(keep), rom, expect

    def runs_on(self, kernel):
        return self.since <= kernel.version < self.before


def option_rom(*msrs):
    """A BIOS extension that writes model-specific registers, (number, 64-bit value) each, and returns."""
    code = b"".join(b"\x66\xb9" + struct.pack("<I", number) + b"\x66\xb8" + struct.pack("<I", value & 0xffffffff) +
                    b"\x66\xba" + struct.pack("<I", value >> 32) + b"\x0f\x30" for number, value in msrs)
    rom = (b"\x55\xaa\x01" + code + b"\xcb").ljust(511, b"\0")
    return rom + bytes([-sum(rom) & 0xff])


TWO_NODES = [word for n in (0, 1) for word in (
    "-object", "memory-backend-ram,id=m%d,size=256M" % n,
    "-numa", "node,nodeid=%d,cpus=%d,memdev=m%d" % (n, n, n))]

# A node of hot-plugged memory that is all movable.
MOVABLE_NODE = {
    "cpus": "2,sockets=2,cores=1", "memory": "512,slots=2,maxmem=2G", "append": "memhp_default_state=online_movable",
    "devices": ["-object", "memory-backend-ram,id=m0,size=512M", "-object", "memory-backend-ram,id=m1,size=256M",
                "-numa", "node,nodeid=0,cpus=0-1,memdev=m0", "-numa", "node,nodeid=1",
                "-device", "pc-dimm,id=d1,memdev=m1,node=1"],
    "default": False}

NO_ZONE = """
background
cgroup job cpuset.mems=1
snapshot before
within job load pipes 100
snapshot after
"""

# The same, but the node still has ordinary memory when the cpuset is made, and loses it afterwards: the check of v5.16 looks only then.
OFFLINED = """
background
n=/sys/devices/system/node/node1
for m in $n/memory*; do [ -e $m/state ] && b="$b $m"; done
set -- $b
cgroup job
echo offline > $1/state
echo online_kernel > $1/state
echo 1 > /sys/fs/cgroup/job/cpuset.mems
echo offline > $1/state
echo online_movable > $1/state
snapshot before
within job load pipes 100
snapshot after
"""

# What another cause looks like. Not oom_false: reclaim goes on while a report is printed, then it cannot tell.
NOT_FALSE = ["watermark_broken", "oom_no_zone", "oom_memcg_spill"]




def killed(comm, scope="global", **more):
    """The head of a report by which COMM, asking, was killed."""
    return {"oom": [dict({"scope": scope, "trigger": {"comm": comm}, "victims": [{"comm": comm}]}, **more)]}


def _balloon(guest):
    guest.monitor().command("balloon", value=320 << 20)


INCIDENTS = [
    Incident("healthy", "boots and does nothing", "background; snapshot s", silent=True),

    Incident("busy", "tmpfs, page cache, many short processes and half of the memory, no shortage", """
background
load hog $(($(mib MemAvailable) / 2)) 5 &
hog=$!
load forks 200
load file $(($(mib MemAvailable) / 4)) /dev/shm/f
rm /dev/shm/f
dd if=/dev/nvme0n1 of=/dev/null bs=1M 2> /dev/null
wait $hog
snapshot s
""", disk=64, silent=True),

    Incident("sysrq-m", "SysRq-m on a machine with plenty of memory", """
background
begin load hog 100
echo m > /proc/sysrq-trigger
snapshot s
""", silent=True),

    Incident("oom-anon", "one process takes all memory", """
background
begin load hog 60
snapshot before
load hog 800
snapshot after
""", facts=killed("hog", order=0, panicked=False), fired=["oom_process"],
             clear=NOT_FALSE + ["oom_slab", "oom_unaccounted", "oom_shmem", "oom_hugetlb",
                                                "oom_memcg_limit", "oom_fragmentation"]),

    Incident("memcg", "a group reaches its memory.max, the machine has plenty", """
background
cgroup job memory.max=96M
begin within job load hog 20
within job load hog 300
snapshot after
""", facts=killed("hog", "memcg", oom_memcg="/job", memcg_limit=96 << 20), fired=["oom_memcg_limit"],
             clear=NOT_FALSE + ["oom_small_ram"],
             values={"oom_memcg_limit": {"limit": 96 << 20}}),

    Incident("memcg-group", "the same with memory.oom.group: all of the group is killed", """
background
cgroup job memory.max=96M memory.oom.group=1
begin within job load hog 20
begin within job load hog 10
within job load hog 300
""", default=False, facts=killed("hog", "memcg", chosen_by="group"), fired=["oom_memcg_limit"],
             clear=NOT_FALSE),

    Incident("memcg-v1", "a group of the first version reaches memory.limit_in_bytes", """
background
mkdir -p /sys/fs/cgroup
mount -t tmpfs none /sys/fs/cgroup
mkdir /sys/fs/cgroup/memory
mount -t cgroup -o memory none /sys/fs/cgroup/memory
mkdir /sys/fs/cgroup/memory/job
echo 64M > /sys/fs/cgroup/memory/job/memory.limit_in_bytes
within memory/job load hog 200
files after /sys/fs/cgroup/memory/job/*
""", default=False, before=(7, 0), facts=killed("hog", "memcg", memcg_limit=64 << 20),
             fired=["oom_memcg_limit"], clear=NOT_FALSE,
             values={"oom_memcg_limit": {"limit": 64 << 20}}),

    Incident("memcg-tmpfs", "a group fills a tmpfs until memory.max: no process is big", """
background
cgroup job memory.max=96M
within job load file 200 /dev/shm/left
snapshot after
""", default=False, facts=killed("file", "memcg", memcg_limit=96 << 20), fired=["oom_memcg_limit"],
             clear=NOT_FALSE),

    Incident("shmem", "files in a tmpfs take all memory", """
background
load file $(($(mib MemAvailable) - 60)) /dev/shm/left
snapshot before
load hog 200
snapshot after
""", facts=killed("hog", order=0, panicked=False), fired=["oom_shmem"],
             clear=NOT_FALSE + ["oom_slab", "oom_unaccounted"]),

    Incident("slab", "System V messages: unreclaimable slab that no process owns", """
echo 32000 > /proc/sys/kernel/msgmni
echo 67108864 > /proc/sys/kernel/msgmnb
background
load messages $(($(mib MemAvailable) - 50))
snapshot before
load hog 200
snapshot after
""", facts=killed("hog", order=0, panicked=False), fired=["oom_slab"],
             clear=NOT_FALSE + ["oom_unaccounted", "oom_shmem"]),

    Incident("names", "millions of names in a tmpfs: slab called reclaimable that is not", """
background
mkdir /dev/shm/d
load names 300000 /dev/shm/d
snapshot before
load hog $(($(mib MemFree) + 50))
""", default=False, fired=["oom_slab"], clear=NOT_FALSE + ["oom_unaccounted"]),

    Incident("hugetlb", "the hugetlb pool holds two thirds of the memory", """
background
begin load huge 40
snapshot before
load hog 300
snapshot after
""", append="hugepages=160", facts=killed("hog", order=0, panicked=False), fired=["oom_hugetlb"],
             clear=NOT_FALSE + ["oom_slab", "oom_unaccounted"]),

    Incident("pipe-leak", "a number of pages drawn at run time, from alloc_page(), in no counter", """
background
snapshot before
leak pipes 50000 80000
snapshot held
load hog $(($(mib MemFree) + 100))
snapshot after
""", facts=killed("hog", order=0, panicked=False), fired=["oom_unaccounted"],
             clear=NOT_FALSE + ["oom_slab", "oom_shmem"], unexplained="leaked"),

    Incident("pipe-leak-big", "the same in 2 GiB with four processors, nothing else to kill", """
snapshot before
leak pipes 350000 440000
load hog $(($(mib MemFree) + 100))
""", memory=2048, cpus=4, default=False, fired=["oom_unaccounted"], clear=NOT_FALSE, unexplained="leaked"),

    Incident("ring-leak", "packet rings: blocks of 16 pages from __get_free_pages()", """
background
leak ring 2500 4500 4
snapshot held
load hog $(($(mib MemFree) + 100))
""", default=False, fired=["oom_unaccounted"], clear=NOT_FALSE, unexplained="leaked"),

    Incident("leak-slowly", "the leak itself runs into the wall: nothing to kill, panic", """
echo -1000 > /proc/self/oom_score_adj
load pipes 150000
""", ends="panic", default=False, fired=["oom_unaccounted", "oom_no_victim"], clear=NOT_FALSE),

    Incident("balloon", "the host takes memory back by the balloon until the guest has too little", """
background
fact host balloon
sleep 8
snapshot ballooned
load hog 400
""", memory=768, default=False, modules=["virtio_balloon", "virtio_pci"],
             devices=["-device", "virtio-balloon-pci"],
             at=_balloon, fired=["oom_process", "oom_balloon"], clear=["oom_unaccounted"]),

    Incident("tables", "page tables: a process maps little and touches widely", """
background
begin spare load tables $(($(mib MemAvailable) * 1024 / 4 - 12000))
snapshot before
load hog $(($(mib MemFree) + 100))
""", default=False, facts=killed("hog", order=0, panicked=False), fired=["oom_pagetables"],
             clear=NOT_FALSE + ["oom_unaccounted"]),

    Incident("stacks", "thousands of threads: kernel stacks", """
background
echo 100000 > /proc/sys/kernel/threads-max
echo 100000 > /proc/sys/kernel/pid_max
echo 200000 > /proc/sys/vm/max_map_count
begin spare load threads 12500
snapshot before
load hog $(($(mib MemFree) + 100))
""", default=False, fired=["oom_kernel_stacks"], clear=NOT_FALSE),

    Incident("locked", "locked memory that may not be killed", """
background
begin spare load lock $(($(mib MemAvailable) - 60))
snapshot before
load hog 200
""", default=False, facts=killed("hog", order=0, panicked=False), fired=["oom_unevictable"],
             clear=NOT_FALSE[1:] + ["oom_unaccounted"]),

    Incident("mempolicy", "a process bound to a full node, the other one is free", """
background
snapshot before
load bind 1 500
snapshot after
""", cpus="2,sockets=2,cores=1", append="numa_balancing=disable", devices=TWO_NODES,
             facts=killed("bind", "mempolicy", nodemask="1"), fired=["oom_numa_policy"],
             clear=["watermark_broken"]),

    Incident("cpuset", "the same by a cpuset", """
background
cgroup job cpuset.mems=1
within job load hog 500
""", cpus="2,sockets=2,cores=1", append="numa_balancing=disable", devices=TWO_NODES, default=False,
             facts=killed("hog", "cpuset", mems_allowed="1"), fired=["oom_numa_policy"],
             clear=["watermark_broken"]),

    Incident("movable-zone", "pages for pipes may not be in ZONE_MOVABLE, which is half of the memory and free", """
background
snapshot before
first load pipes 100000
snapshot after
""", append="kernelcore=250M", default=False, fired=["oom_lowmem"], clear=["watermark_broken"]),

    Incident("cma-only", "pages for pipes may not be in CMA, and nothing else is free", """
background
snapshot before
first load pipes 100000
snapshot after
""", append="cma=200M", since=(7, 0), default=False, fired=["oom_cma_only"],
             clear=["watermark_broken"]),

    Incident("no-zone", "a cpuset of one node that has only ZONE_MOVABLE: no zone for a pipe's page, a failure",
             NO_ZONE, fired=["alloc_no_zone"],
             facts={"alloc_failure": [{"what": "page", "comm": "pipes", "order": 0, "mems_allowed": "1"}]},
             **MOVABLE_NODE),

    Incident("no-zone-later", "a cpuset of one node that loses its ZONE_NORMAL afterwards: no zone for a pipe's page, and a kill", OFFLINED,
             fired=["oom_no_zone"], facts=killed("pipes", "cpuset", order=0, mems_allowed="1", panicked=False), **MOVABLE_NODE),

    Incident("ramfs", "files in a ramfs: page cache that cannot be given back", """
background
mkdir /mnt
mount -t ramfs none /mnt
load file $(($(mib MemAvailable) - 60)) /mnt/left
snapshot before
load hog 200
""", default=False, facts=killed("hog", order=0, panicked=False), fired=["oom_unevictable"],
             clear=NOT_FALSE + ["oom_slab", "oom_unaccounted"]),

    Incident("reserves", "vm.min_free_kbytes keeps half of the memory back", """
background
echo 240000 > /proc/sys/vm/min_free_kbytes
snapshot before
load hog 300
snapshot after
""", default=False, fired=["oom_reserves"], clear=["oom_no_zone", "oom_memcg_spill", "oom_unaccounted"]),

    Incident("panic-on-oom", "vm.panic_on_oom", """
background
echo 1 > /proc/sys/vm/panic_on_oom
load hog 800
""", ends="panic", facts={"oom": [{"panicked": True}]}, fired=["oom_policy_panic", "oom_process"],
             clear=NOT_FALSE + ["oom_no_victim"]),

    Incident("no-killable", "everything has oom_score_adj -1000", """
echo -1000 > /proc/self/oom_score_adj
background
load hog 800
""", ends="panic", facts={"oom": [{"panicked": True}]}, fired=["oom_no_victim", "oom_process"],
             clear=NOT_FALSE + ["oom_policy_panic"]),

    Incident("small-ram", "a machine too small for its own start", """
background
load hog 60
""", memory=96, default=False, fired=["oom_small_ram"], clear=NOT_FALSE),

    Incident("sysrq-f", "SysRq-f: somebody asked for a kill, memory is plenty", """
background
begin load hog 100
echo f > /proc/sysrq-trigger
sleep 1
snapshot after
""", facts={"oom": [{"order": -1, "sysrq": True, "victims": [{"comm": "hog"}]}]}, fired=["oom_manual"],
             clear=NOT_FALSE + ["oom_process", "oom_small_ram"]),

    Incident("allocating-task", "vm.oom_kill_allocating_task: the small one dies", """
background
echo 1 > /proc/sys/vm/oom_kill_allocating_task
begin load hog $(($(mib MemAvailable) - 40))
load hog 100
snapshot after
""", facts=killed("hog", chosen_by="allocating_task"), fired=["oom_allocating_task", "oom_process"],
             clear=NOT_FALSE),

    Incident("swap-full", "a swap partition fills, then memory does", """
mkswap /dev/nvme0n1 > /dev/null
swapon /dev/nvme0n1
background
snapshot before
load hog 900
snapshot after
""", disk=128, facts=killed("hog", order=0, panicked=False), fired=["oom_swap_full", "oom_process"],
             clear=NOT_FALSE + ["oom_unaccounted"]),

    Incident("zram", "swap in compressed memory: full, and its pages are in no old counter", """
echo 200M > /sys/block/zram0/disksize
mkswap /dev/zram0 > /dev/null
swapon /dev/zram0
background
load hog 900
snapshot after
""", modules=["lzo", "lzo_rle", "zram"], default=False, fired=["oom_swap_full", "oom_process"],
             clear=NOT_FALSE[1:]),

    Incident("fragmented", "half of the memory is free, in single pages: a request of order 10 fails", """
background
begin spare load tear 9
begin spare load ring 120 120 6
snapshot torn
load control 4000000
snapshot after
""", append="sysctl.net.core.optmem_max=8388608",
             facts={"alloc_failure": [{"what": "page", "comm": "control", "order": 10}]},
             fired=["alloc_high_order"], may=["oom_unaccounted"]),

    Incident("fragmented-oom", "the same, and requests of order 3 kill", """
echo -1000 > /proc/self/oom_score_adj
begin load hog 20
begin load tear 9
snapshot torn
first load buffers 3000
snapshot after
""", default=False, facts=killed("buffers", order=3), fired=["oom_fragmentation"], may=["oom_unaccounted"]),

    Incident("too-large", "one request above the machine's size", """
background
load ring 1 1 18
""", default=False, append="", fired=["alloc_too_large"]),

    Incident("atomic", "frames cloned for hundreds of sockets in interrupt context: nothing may wait, nothing is free", """
background
ip link set lo up
echo 1024 > /proc/sys/vm/min_free_kbytes
begin spare load hog $(($(mib MemAvailable) - 90))
snapshot before
load clones 3000 700
snapshot after
""", default=False, fired=["alloc_atomic", "oom_process"], facts={"alloc_failure": [{"what": "page", "order": 0}]}),

    Incident("module-space", "two modules with 600 MiB of variables each: the range for modules has room for one", """
snapshot after
""", memory=1536, modules=["nbd:600", "brd:600"], default=False, fired=["alloc_module_space"]),

    Incident("cma-reserve", "cma= asks for more than there is", "snapshot after", append="cma=900M", since=(7, 0), default=False,
             fired=["alloc_cma", "alloc_too_large"]),

    Incident("marks", "vm.min_free_kbytes is more than all memory", """
background
echo 600000 > /proc/sys/vm/min_free_kbytes
snapshot before
load hog 300
""", ends="panic", default=False, fired=["watermark_broken", "oom_no_victim"]),

    Incident("dirty", "written to a disk that takes 50 kB a second: page cache that must be written before it goes", """
background
echo 95 > /proc/sys/vm/dirty_ratio
echo 90 > /proc/sys/vm/dirty_background_ratio
spare dd if=/dev/zero of=/dev/nvme0n1 bs=1M count=$(($(mib MemAvailable) - 100)) &
while [ $(mib Dirty) -lt $(($(mib MemTotal) / 2)) ] && [ $(mib MemFree) -gt 60 ]; do sleep 1; done
snapshot before
load hog 300
snapshot after
""", disk=600, throttle=50000, append="nvme_core.io_timeout=3600", seconds=900, default=False, fired=["oom_dirty", "oom_page_cache"]),

    Incident("hung-io", "a disk that takes 2 kB a second, and one task that waits for it", """
background
echo 4 > /proc/sys/kernel/hung_task_timeout_secs
dd if=/dev/zero of=/dev/nvme0n1 bs=1M count=8 conv=fsync &
sleep 20
snapshot after
""", disk=200, throttle=2000, append="nvme_core.io_timeout=3600", default=False, fired=["hung_task_io"]),

    Incident("hung-lock", "a frozen file system: who wants to write waits for a lock", """
background
mke2fs /dev/nvme0n1 > /dev/null 2>&1
mkdir /mnt
mount -t ext4 /dev/nvme0n1 /mnt
echo 4 > /proc/sys/kernel/hung_task_timeout_secs
fsfreeze --freeze /mnt
load file 4 /mnt/a &
load file 4 /mnt/b &
sleep 12
fsfreeze --unfreeze /mnt
""", disk=64, default=False, fired=["hung_task_lock"]),

    Incident("bounce", "a small pool of bounce buffers, and every request must bounce", """
dd if=/dev/nvme0n1 of=/dev/null bs=4M iflag=direct count=20 &
dd if=/dev/nvme0n1 of=/dev/null bs=4M iflag=direct count=20 skip=10 &
dd if=/dev/nvme0n1 of=/dev/null bs=4M iflag=direct count=20 skip=20 &
dd if=/dev/nvme0n1 of=/dev/null bs=4M iflag=direct count=20
wait
""", disk=128, append="swiotlb=128,force", default=False, fired=["alloc_swiotlb"]),

    Incident("crash-kernel", "a crash kernel saves its dump to memory, of which it has too little", """
background
load crash /boot/vmlinuz /boot/initrd "console=ttyS0,115200 ignore_loglevel reset_devices irqpoll nr_cpus=1 panic=0"
echo c > /proc/sysrq-trigger
""", crash="""
background
cat /proc/vmcore > /dev/shm/vmcore
""", append="crashkernel=128M", ends="panic", default=False, fired=["crashkernel_too_small", "oom_shmem"], may=["oom_no_victim"]),

    Incident("crashkernel-large", "crashkernel= asks for more than there is", "snapshot after", append="crashkernel=900M", default=False,
             fired=["crashkernel_failed"]),

    Incident("mem-limit", "mem= leaves half of the memory", "snapshot after", append="mem=256M", default=False, fired=["ram_lost_cmdline"]),

    # the kernel lies below the hole, its initramfs above
    Incident("mtrr", "the firmware's MTRRs leave 128 MiB uncached", "snapshot after", cpus=1, append="nokaslr", default=False,
             rom=option_rom((0x200, 6), (0x201, 0xfff8000800), (0x202, 0x10000006), (0x203, 0xfff0000800), (0x2ff, 0x800)),
             fired=["ram_lost_mtrr"]),

    Incident("single", "page after page for a module that asks with __GFP_NORETRY, until there is none", """
background
begin spare load hog 200
insmod /lib/faults.ko what=single 2> /dev/null
""", fault=True, default=False, fired=["alloc_reclaim"], clear=["alloc_atomic"],
             facts={"alloc_failure": [{"what": "page", "order": 0}]}, may=["oom_unaccounted", "oom_process"]),

    Incident("unset-page", "/proc/kpageflags meets a struct page that is all ones", """
insmod /lib/faults.ko what=unset 2> /dev/null
cat /proc/kpageflags > /dev/null
""", fault=True, default=False, fired=["struct_page_uninitialised"]),

    Incident("poisoned", "memory that the machine reports as bad", """
background
load poison 3 2> /dev/null
sleep 1
""", since=(6, 12), default=False, fired=["memory_hardware_error"]),

    Incident("stuck-shrinker", "a cache's shrinker does not come back", """
background
echo 2 > /proc/sys/kernel/watchdog_thresh
insmod /lib/faults.ko what=shrinker 2> /dev/null
dd if=/dev/nvme0n1 of=/dev/null bs=1M 2> /dev/null
load hog $(($(mib MemFree) + 40)) 1
sleep 15
""", disk=250, fault=True, stuck=True, default=False, fired=["lockup_shrinker"], may=["oom_process"]),

    Incident("stuck-reclaim", "reclaim does not come back", """
background
echo 2 > /proc/sys/kernel/watchdog_thresh
insmod /lib/faults.ko what=reclaim 2> /dev/null
dd if=/dev/nvme0n1 of=/dev/null bs=1M 2> /dev/null
load hog $(($(mib MemFree) + 40)) 1
sleep 15
""", disk=250, fault=True, stuck=True, default=False, fired=["lockup_reclaim"], may=["oom_process"]),

    Incident("bad-page", "a page is freed while it is counted as mapped", "insmod /lib/faults.ko what=page 2> /dev/null", fault=True,
             default=False, fired=["bad_page"]),

    Incident("bad-rss", "a process ends and its counters are not zero", "insmod /lib/faults.ko what=rss 2> /dev/null", fault=True,
             default=False, fired=["rss_counter"]),

    Incident("bad-table", "a page table has an entry that cannot be", "insmod /lib/faults.ko what=table 2> /dev/null", fault=True,
             default=False, fired=["page_table_damage", "rss_counter"]),

    Incident("bad-swap", "a page table has a swap entry that cannot be", "insmod /lib/faults.ko what=swap 2> /dev/null", fault=True,
             default=False, fired=["swap_corruption", "page_table_damage", "rss_counter"]),

    Incident("bad-object", "a slab object is written behind its end", "insmod /lib/faults.ko what=object 2> /dev/null", fault=True,
             append="slub_debug=FZPU", default=False, fired=["slab_corruption"]),

    Incident("vmalloc", "vmalloc() finds addresses but no pages", """
background
begin spare load hog $(($(mib MemAvailable) - 60))
insmod /lib/faults.ko what=pages mib=200 2> /dev/null
""", fault=True, default=False, fired=["alloc_vmalloc"]),

    Incident("bpf-maps", "BPF maps hold half of the memory: vmalloc, which only /proc/vmallocinfo names", """
background
begin spare load maps 256
snapshot held
load hog $(($(mib MemFree) + 100))
""", default=False, fired=["oom_vmalloc", "oom_unaccounted"], clear=NOT_FALSE + ["oom_slab"],
             keep=["held/proc/vmallocinfo"]),

    Incident("gives-back", "a driver gives 150 MiB back when asked before a kill, and does not say so: the kill is for nothing", """
background
insmod /lib/faults.ko what=notifier mib=150
load hog $(($(mib MemFree) + 40)) 3
""", fault=True, default=False, fired=["oom_false"], clear=["watermark_broken", "oom_no_zone", "oom_memcg_spill"]),

    Incident("spill", "a memcg's charge fails in a page fault, none in it may be killed: the global OOM killer kills outside. "
             "faults.ko puts pagefault_out_of_memory() back as it was before v5.16 and v5.10.80", """
background
load hog 3 &
insmod /lib/faults.ko what=fault
cgroup job memory.max=48M
within job sh -c 'echo -1000 > /proc/self/oom_score_adj; exec load hog 200'
""", fault=True, default=False, ends="panic", since=(5, 10), before=(5, 11),
             first="oom_memcg_spill", fired=["oom_memcg_spill", "oom_memcg_limit"], may=["oom_false", "oom_no_victim"]),

    Incident("log-buffer", "log_buf_len= asks for more than there is", "snapshot after", append="log_buf_len=1G", default=False,
             fired=["alloc_early_boot", "alloc_too_large"]),

    Incident("mem-tiny", "mem= leaves hardly what the kernel itself needs", "snapshot after", memory=256, cpus=1, append="mem=40M", ends="panic",
             default=False, first="oom_small_ram", fired=["oom_small_ram", "ram_lost_cmdline", "oom_no_victim"]),
]
