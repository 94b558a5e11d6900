// SPDX-License-Identifier: GPL-2.0-or-later
// What an x86-64 kernel makes of a firmware's memory map and a command line: memory, nodes, zones,
// struct pages (setup_arch(), x86_numa_init(), free_area_init()).
#ifndef MMWHY_MODEL_LAYOUT_H
#define MMWHY_MODEL_LAYOUT_H

#include "model/numa.h"
#include "model/zones.h"

/** What a boot is given. */
struct layout_input {
	struct e820_table e820; /**< as the firmware or kexec gave it */
	struct numa_info srat;	/**< the firmware's table of nodes; none: one node is faked */
	int32_t nodes[NUMA_NODES_MAX]; /**< further nodes the firmware names: with processors only
					*/
	size_t n_nodes;
	int32_t late[NUMA_NODES_MAX]; /**< of these, those without memory, in the order of their
					 processors */
	size_t n_late;
	struct e820_entry update[64]; /**< RAM that the kernel itself takes for something else:
					 setup_data (RESERVED_KERN), what MTRRs do not cover, ... */
	size_t n_update;
	struct e820_entry
		kernel; /**< its own range, where it had to make RAM of it; size 0: it had not */
	struct str cmdline;
	struct release release;
	bool ignores_fake;	/**< numa=fake= was given, and no node was faked */
	bool zeroes_holes;	/**< says itself that it initialises unavailable ranges */
	zone_set zones;		/**< that it was built with */
	uint64_t page, section; /**< bytes */
	size_t n_damaged;	/**< lines of the map that were left out */
	bool user_only; /**< no firmware map: e820 is the one in use, with the parameters in it */
	bool nodes_guessed; /**< no table of nodes: srat is what the early node ranges span */
};

struct layout_node {
	int32_t node;
	uint64_t start, end;	      /**< page frames, end exclusive; both 0: without memory */
	uint64_t movable;	      /**< where its ZONE_MOVABLE begins; 0: none */
	uint64_t present[ZONE_TYPES]; /**< pages of each zone */
};

/** "On node N, zone Z: K pages in unavailable ranges". */
struct layout_unavailable {
	int32_t node;
	enum zone_type zone;
	uint64_t pages;
};

/** Struct pages that belong to no node's span. */
struct layout_hole {
	uint64_t start, end; /**< page frames, end exclusive */
	int32_t node;	     /**< the one before or behind it whose section they share */
	bool before;	     /**< lies before that node's memory */
};

/** What a release does with struct pages of holes. */
enum hole_state {
	HOLE_ZEROED_BY_ALLOCATION, /**< before 4.15: the whole memory map is zeroed */
	HOLE_GARBAGE,		   /**< 4.15 to 4.17, f7f99100d8d9 */
	HOLE_RESERVED_ZEROED,	   /**< 4.18 and 4.19, 124049decbb1: only what e820 names */
	HOLE_ZEROED,		   /**< 4.20 to 5.11: zeroed, so of node 0, zone DMA */
	HOLE_INITIALISED,	   /**< 0740a50b9baa: 5.12, 5.11.7, 5.10.24 */
};

enum { LAYOUT_LISTED = 256 };

/** About half a MiB: layout_new(). */
struct layout {
	bool user;		    /**< the kernel prints a user-defined map */
	bool invalid;		    /**< "Invalid user supplied memory map": it panics */
	enum e820_param worst;	    /**< of the parameters */
	struct e820_table user_map; /**< as printed then */
	struct e820_table used;	    /**< e820_table once trim_bios_range() is through */
	uint64_t max_pfn;
	enum numa_result numa;
	bool faked; /**< "Faking a node" */
	struct memblock memory;
	uint64_t zone_low[ZONE_TYPES], zone_high[ZONE_TYPES]; /**< page frames */
	struct layout_node node[NUMA_NODES_MAX];
	size_t n_nodes;
	struct layout_unavailable unavailable[LAYOUT_LISTED];
	size_t n_unavailable;
	struct layout_hole hole[LAYOUT_LISTED];
	size_t n_holes;
	enum hole_state holes;
	struct str fake; /**< numa=fake='s value, as a kernel with CONFIG_NUMA_EMU reads it */
	bool emulated;	 /**< ... and the nodes are its */
	bool movable_node_guess; /**< movable_node: which nodes hold the kernel is a guess */
};

/** malloc'ed; NULL without memory. */
struct layout *layout_new(void);
void layout_run(const struct layout_input *in, struct layout *ret);

enum hole_state hole_state_of(struct release r);

#endif
