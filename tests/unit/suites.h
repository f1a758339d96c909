#ifndef TESTS_UNIT_SUITES_H
#define TESTS_UNIT_SUITES_H

#include <CUnit/CUnit.h>

/*
 * The suites, one per module; suite_NAME is an array of CU_TestInfo that
 * ends with CU_TEST_INFO_NULL, in tests/unit/test_*.c.
 */
#define FV_SUITES(X)          \
	X(address_class)      \
	X(archive)            \
	X(bag)                \
	X(bag_read)           \
	X(beacons)            \
	X(behind_address)     \
	X(buffer)             \
	X(capture_libpcap)    \
	X(capture_pcap)       \
	X(capture_pcapng)     \
	X(chunk)              \
	X(compressed)         \
	X(counters)           \
	X(crate)              \
	X(cryptopan)          \
	X(cursor)             \
	X(decode)             \
	X(decode_ip)          \
	X(decode_link)        \
	X(decode_transport)   \
	X(density)            \
	X(describe)           \
	X(destinations)       \
	X(digest)             \
	X(digits)             \
	X(door)               \
	X(err)                \
	X(escapes)            \
	X(evidence)           \
	X(export_cell)        \
	X(export_csv)         \
	X(export_ipfix)       \
	X(export_parquet)     \
	X(export_plan)        \
	X(facts)              \
	X(flow_table)         \
	X(flow_table_model)   \
	X(hash)               \
	X(hashmap)            \
	X(host_changes)       \
	X(host_ports)         \
	X(host_protocols)     \
	X(hosts)              \
	X(info)               \
	X(intern)             \
	X(join)               \
	X(key)                \
	X(key_file)           \
	X(layers)             \
	X(layout)             \
	X(ledger)             \
	X(linktype)           \
	X(loudest)            \
	X(markup)             \
	X(memory)             \
	X(merge)              \
	X(merge_refusals)     \
	X(metadata)           \
	X(nats)               \
	X(networks)           \
	X(observations)       \
	X(occupancy)          \
	X(options)            \
	X(outdir)             \
	X(outfile)            \
	X(package)            \
	X(packet_leaks)       \
	X(packet_writer)      \
	X(packets)            \
	X(parquet_dictionary) \
	X(parquet_rle)        \
	X(pipeline)           \
	X(population)         \
	X(port_zero)          \
	X(ports)              \
	X(prose)              \
	X(protocols)          \
	X(publisher)          \
	X(reader)             \
	X(readme)             \
	X(reference_generate) \
	X(reference_guests)   \
	X(reference_law)      \
	X(reference_mishap)   \
	X(reference_philox)   \
	X(reference_plan)     \
	X(reference_quota)    \
	X(reference_script)   \
	X(reference_wire)     \
	X(report_csv)         \
	X(report_findings)    \
	X(report_html)        \
	X(report_json)        \
	X(report_plots)       \
	X(report_text)        \
	X(result)             \
	X(sandbox)            \
	X(scan)               \
	X(scanners)           \
	X(schema)             \
	X(secret)             \
	X(segments)           \
	X(services)           \
	X(signature)          \
	X(signatures)         \
	X(siphash)            \
	X(site)               \
	X(site_comparison)    \
	X(slides_counters)    \
	X(source)             \
	X(source_ports)       \
	X(tally)              \
	X(thrift_compact)     \
	X(units)              \
	X(utf8)               \
	X(verify)             \
	X(vlan)               \
	X(volumes)            \
	X(who_am_i)           \
	X(workers)            \
	X(writer)             \
	X(yaml)

#define X(name) extern CU_TestInfo suite_##name[];
FV_SUITES(X)
#undef X

#endif
