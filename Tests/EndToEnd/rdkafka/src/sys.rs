//! What librdkafka declares, as far as it is used.

use std::ffi::{c_char, c_int, c_void};

pub const PRODUCER: c_int = 0;
pub const CONSUMER: c_int = 1;
pub const ASSIGN_PARTITIONS: c_int = -175;
pub const REVOKE_PARTITIONS: c_int = -174;
pub const VTYPE_END: c_int = 0;
pub const VTYPE_TOPIC: c_int = 1;
pub const VTYPE_VALUE: c_int = 4;
pub const VTYPE_KEY: c_int = 5;
pub const VTYPE_OPAQUE: c_int = 6;
pub const VTYPE_MSGFLAGS: c_int = 7;
pub const MSG_F_COPY: c_int = 2;

#[repr(C)]
pub struct Message {
    pub err: c_int,
    pub rkt: *mut c_void,
    pub partition: i32,
    pub payload: *mut c_void,
    pub len: usize,
    pub key: *mut c_void,
    pub key_len: usize,
    pub offset: i64,
    pub private: *mut c_void,
}

#[repr(C)]
#[derive(Debug)]
pub struct Partition {
    pub topic: *mut c_char,
    pub partition: i32,
    pub offset: i64,
    pub metadata: *mut c_void,
    pub metadata_size: usize,
    pub opaque: *mut c_void,
    pub err: c_int,
    pub private: *mut c_void,
}

#[repr(C)]
#[derive(Debug)]
pub struct List {
    pub cnt: c_int,
    pub size: c_int,
    pub elems: *mut Partition,
}

#[repr(C)]
pub struct Metadata {
    pub broker_cnt: c_int,
    pub brokers: *mut c_void,
    pub topic_cnt: c_int,
    pub topics: *mut MetadataTopic,
    pub orig_broker_id: i32,
    pub orig_broker_name: *mut c_char,
}

#[repr(C)]
pub struct MetadataTopic {
    pub topic: *mut c_char,
    pub partition_cnt: c_int,
    pub partitions: *mut c_void,
    pub err: c_int,
}

type Delivered = extern "C" fn(*mut c_void, *const Message, *mut c_void);
type Rebalanced = extern "C" fn(*mut c_void, c_int, *mut List, *mut c_void);

#[link(name = "rdkafka")]
unsafe extern "C" {
    pub fn rd_kafka_err2str(err: c_int) -> *const c_char;
    pub fn rd_kafka_conf_new() -> *mut c_void;
    pub fn rd_kafka_conf_destroy(conf: *mut c_void);
    pub fn rd_kafka_conf_set(
        conf: *mut c_void,
        name: *const c_char,
        value: *const c_char,
        reason: *mut c_char,
        size: usize,
    ) -> c_int;
    pub fn rd_kafka_conf_set_opaque(conf: *mut c_void, opaque: *mut c_void);
    pub fn rd_kafka_conf_set_dr_msg_cb(conf: *mut c_void, callback: Delivered);
    pub fn rd_kafka_conf_set_rebalance_cb(conf: *mut c_void, callback: Rebalanced);
    pub fn rd_kafka_new(
        kind: c_int,
        conf: *mut c_void,
        reason: *mut c_char,
        size: usize,
    ) -> *mut c_void;
    pub fn rd_kafka_destroy(rk: *mut c_void);
    pub fn rd_kafka_poll(rk: *mut c_void, timeout_ms: c_int) -> c_int;
    pub fn rd_kafka_flush(rk: *mut c_void, timeout_ms: c_int) -> c_int;
    pub fn rd_kafka_producev(rk: *mut c_void, ...) -> c_int;
    pub fn rd_kafka_topic_new(
        rk: *mut c_void,
        topic: *const c_char,
        conf: *mut c_void,
    ) -> *mut c_void;
    pub fn rd_kafka_topic_destroy(topic: *mut c_void);
    pub fn rd_kafka_topic_name(topic: *const c_void) -> *const c_char;
    pub fn rd_kafka_metadata(
        rk: *mut c_void,
        all_topics: c_int,
        topic: *mut c_void,
        metadata: *mut *const Metadata,
        timeout_ms: c_int,
    ) -> c_int;
    pub fn rd_kafka_metadata_destroy(metadata: *const Metadata);
    pub fn rd_kafka_message_destroy(message: *mut Message);
    pub fn rd_kafka_poll_set_consumer(rk: *mut c_void) -> c_int;
    pub fn rd_kafka_subscribe(rk: *mut c_void, topics: *const List) -> c_int;
    pub fn rd_kafka_consumer_poll(rk: *mut c_void, timeout_ms: c_int) -> *mut Message;
    pub fn rd_kafka_consumer_close(rk: *mut c_void) -> c_int;
    pub fn rd_kafka_assign(rk: *mut c_void, partitions: *const List) -> c_int;
    pub fn rd_kafka_assignment(rk: *mut c_void, partitions: *mut *mut List) -> c_int;
    pub fn rd_kafka_pause_partitions(rk: *mut c_void, partitions: *mut List) -> c_int;
    pub fn rd_kafka_resume_partitions(rk: *mut c_void, partitions: *mut List) -> c_int;
    pub fn rd_kafka_offsets_store(rk: *mut c_void, partitions: *mut List) -> c_int;
    pub fn rd_kafka_commit(rk: *mut c_void, partitions: *const List, is_async: c_int) -> c_int;
    pub fn rd_kafka_committed(rk: *mut c_void, partitions: *mut List, timeout_ms: c_int) -> c_int;
    pub fn rd_kafka_query_watermark_offsets(
        rk: *mut c_void,
        topic: *const c_char,
        partition: i32,
        low: *mut i64,
        high: *mut i64,
        timeout_ms: c_int,
    ) -> c_int;
    pub fn rd_kafka_topic_partition_list_new(size: c_int) -> *mut List;
    pub fn rd_kafka_topic_partition_list_destroy(list: *mut List);
    pub fn rd_kafka_topic_partition_list_add(
        list: *mut List,
        topic: *const c_char,
        partition: i32,
    ) -> *mut Partition;
}
