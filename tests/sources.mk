TESTS_UNIT := \
	tests/unit/main.c \
	tests/unit/capture_outcome.c \
	tests/unit/flow_bed.c \
	tests/unit/oracle.c \
	tests/unit/rows.c \
	tests/unit/scratch.c \
	tests/unit/test_address_class.c \
	tests/unit/test_capture_libpcap.c \
	tests/unit/test_capture_pcap.c \
	tests/unit/test_capture_pcapng.c \
	tests/unit/test_chunk.c \
	tests/unit/test_counters.c \
	tests/unit/test_cryptopan.c \
	tests/unit/test_cursor.c \
	tests/unit/test_decode.c \
	tests/unit/test_decode_ip.c \
	tests/unit/test_decode_link.c \
	tests/unit/test_decode_transport.c \
	tests/unit/test_digest.c \
	tests/unit/test_err.c \
	tests/unit/test_flow_table.c \
	tests/unit/test_flow_table_model.c \
	tests/unit/test_hash.c \
	tests/unit/test_hashmap.c \
	tests/unit/test_hosts.c \
	tests/unit/test_intern.c \
	tests/unit/test_join.c \
	tests/unit/test_key.c \
	tests/unit/test_key_file.c \
	tests/unit/test_linktype.c \
	tests/unit/test_memory.c \
	tests/unit/test_networks.c \
	tests/unit/test_observations.c \
	tests/unit/test_options.c \
	tests/unit/test_outdir.c \
	tests/unit/test_outfile.c \
	tests/unit/test_pipeline.c \
	tests/unit/test_population.c \
	tests/unit/test_port_zero.c \
	tests/unit/test_ports.c \
	tests/unit/test_protocols.c \
	tests/unit/test_publisher.c \
	tests/unit/test_reader.c \
	tests/unit/test_reference_generate.c \
	tests/unit/test_reference_guests.c \
	tests/unit/test_reference_law.c \
	tests/unit/test_reference_philox.c \
	tests/unit/test_reference_plan.c \
	tests/unit/test_reference_quota.c \
	tests/unit/test_reference_script.c \
	tests/unit/test_reference_wire.c \
	tests/unit/test_report_json.c \
	tests/unit/test_report_text.c \
	tests/unit/test_result.c \
	tests/unit/test_scan.c \
	tests/unit/test_schema.c \
	tests/unit/test_services.c \
	tests/unit/test_slides_counters.c \
	tests/unit/test_source.c \
	tests/unit/test_source_ports.c \
	tests/unit/test_tally.c \
	tests/unit/test_volumes.c \
	tests/unit/test_workers.c \
	tests/unit/test_writer.c \
	tests/unit/trial.c
TESTS_CAPGEN := \
	tests/capgen/capcases_damaged.c \
	tests/capgen/capcases_pcap.c \
	tests/capgen/capcases_pcapng.c \
	tests/capgen/capfile.c \
	tests/capgen/packet.c \
	tests/capgen/traffic.c
TESTS_CAPGEN_MAIN := tests/capgen/main.c
TESTS_FUZZ := capture decode
TESTS_BENCH := analysis capture cryptopan decode
