//! Stands in for the crate `rdkafka` 0.38 where crates.io does not answer: the part of its interface that
//! the bus `kafka` uses, with the same names and signatures, over the same librdkafka as the system has
//! it. Only the end-to-end check knows it, by a patch of cargo's; what users get has the real crate.
//!
//! Topics cannot be made through it: librdkafka's mock cluster, for which it is there, makes them when
//! somebody asks for them.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::time::Duration;

mod sys;

pub use client::ClientContext;
pub use config::ClientConfig;
pub use topic_partition_list::{Offset, TopicPartitionList};

fn text(pointer: *const c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // Safety: librdkafka's texts end with NUL and live for the call.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}

fn c_text(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}

pub mod util {
    use super::*;

    /// How long to wait.
    #[derive(Clone, Copy, Debug)]
    pub enum Timeout {
        After(Duration),
        Never,
    }

    impl Timeout {
        pub(crate) fn ms(self) -> c_int {
            match self {
                Self::After(time) => c_int::try_from(time.as_millis()).unwrap_or(c_int::MAX),
                Self::Never => -1,
            }
        }
    }

    impl From<Duration> for Timeout {
        fn from(time: Duration) -> Self {
            Self::After(time)
        }
    }
}

pub mod error {
    use super::*;

    pub type KafkaResult<T> = Result<T, KafkaError>;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RDKafkaErrorCode {
        TopicAlreadyExists,
        UnsupportedFeature,
        Other(c_int),
    }

    impl RDKafkaErrorCode {
        fn number(self) -> c_int {
            match self {
                Self::TopicAlreadyExists => 36,
                Self::UnsupportedFeature => -165,
                Self::Other(number) => number,
            }
        }
    }

    impl std::fmt::Display for RDKafkaErrorCode {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            // Safety: the text is static.
            f.write_str(&text(unsafe { sys::rd_kafka_err2str(self.number()) }))
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum KafkaError {
        ClientConfig(String),
        ClientCreation(String),
        Global(RDKafkaErrorCode),
    }

    impl std::fmt::Display for KafkaError {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            match self {
                Self::ClientConfig(reason) | Self::ClientCreation(reason) => f.write_str(reason),
                Self::Global(code) => code.fmt(f),
            }
        }
    }

    impl std::error::Error for KafkaError {}

    pub(crate) fn checked(code: c_int) -> KafkaResult<()> {
        match code {
            0 => Ok(()),
            code => Err(KafkaError::Global(RDKafkaErrorCode::Other(code))),
        }
    }
}

pub mod client {
    use super::error::{KafkaResult, checked};
    use super::metadata::{Metadata, MetadataPartition, MetadataTopic};
    use super::util::Timeout;
    use super::*;

    pub trait ClientContext: Send + Sync + 'static {}

    #[derive(Clone, Debug, Default)]
    pub struct DefaultClientContext;

    impl ClientContext for DefaultClientContext {}

    /// A handle of librdkafka.
    pub struct Client {
        pub(crate) rk: *mut c_void,
    }

    // Safety: librdkafka's handles may be used from all threads.
    unsafe impl Send for Client {}
    unsafe impl Sync for Client {}

    impl Client {
        pub fn fetch_metadata<T: Into<Timeout>>(
            &self,
            topic: Option<&str>,
            timeout: T,
        ) -> KafkaResult<Metadata> {
            let name = topic.map(c_text);
            let mut found = std::ptr::null();
            // Safety: all pointers are valid for the calls; what was made is given back below.
            unsafe {
                let topic = name.as_ref().map_or(std::ptr::null_mut(), |name| {
                    sys::rd_kafka_topic_new(self.rk, name.as_ptr(), std::ptr::null_mut())
                });
                let all = c_int::from(topic.is_null());
                let ms = timeout.into().ms();
                let code = sys::rd_kafka_metadata(self.rk, all, topic, &raw mut found, ms);
                if !topic.is_null() {
                    sys::rd_kafka_topic_destroy(topic);
                }
                checked(code)?;
                let count = usize::try_from((*found).topic_cnt).unwrap_or(0);
                let topics = (0..count).map(|n| {
                    let topic = &*(*found).topics.add(n);
                    let partitions = (0..topic.partition_cnt).map(|_| MetadataPartition(()));
                    MetadataTopic { name: text(topic.topic), partitions: partitions.collect() }
                });
                let metadata = Metadata { topics: topics.collect() };
                sys::rd_kafka_metadata_destroy(found);
                Ok(metadata)
            }
        }
    }
}

pub mod metadata {
    pub struct Metadata {
        pub(crate) topics: Vec<MetadataTopic>,
    }

    pub struct MetadataTopic {
        pub(crate) name: String,
        pub(crate) partitions: Vec<MetadataPartition>,
    }

    pub struct MetadataPartition(pub(crate) ());

    impl Metadata {
        pub fn topics(&self) -> &[MetadataTopic] {
            &self.topics
        }
    }

    impl MetadataTopic {
        pub fn name(&self) -> &str {
            &self.name
        }

        pub fn partitions(&self) -> &[MetadataPartition] {
            &self.partitions
        }
    }
}

pub mod config {
    use std::collections::HashMap;

    use super::client::ClientContext;
    use super::error::{KafkaError, KafkaResult};
    use super::*;

    #[derive(Clone, Debug, Default)]
    pub struct ClientConfig {
        values: HashMap<String, String>,
    }

    pub trait FromClientConfig: Sized {
        fn from_config(config: &ClientConfig) -> KafkaResult<Self>;
    }

    pub trait FromClientConfigAndContext<C: ClientContext>: Sized {
        fn from_config_and_context(config: &ClientConfig, context: C) -> KafkaResult<Self>;
    }

    impl ClientConfig {
        pub fn new() -> Self {
            Self::default()
        }

        pub fn get(&self, key: &str) -> Option<&str> {
            self.values.get(key).map(String::as_str)
        }

        pub fn set<K: Into<String>, V: Into<String>>(&mut self, key: K, value: V) -> &mut Self {
            self.values.insert(key.into(), value.into());
            self
        }

        pub fn create<T: FromClientConfig>(&self) -> KafkaResult<T> {
            T::from_config(self)
        }

        pub fn create_with_context<C, T>(&self, context: C) -> KafkaResult<T>
        where
            C: ClientContext,
            T: FromClientConfigAndContext<C>,
        {
            T::from_config_and_context(self, context)
        }

        pub(crate) fn native(&self) -> KafkaResult<*mut c_void> {
            // Safety: the texts live for the calls.
            unsafe {
                let conf = sys::rd_kafka_conf_new();
                for (key, value) in &self.values {
                    let (key, value) = (c_text(key), c_text(value));
                    let mut reason = [0; 512];
                    let (place, size) = (reason.as_mut_ptr(), reason.len());
                    if sys::rd_kafka_conf_set(conf, key.as_ptr(), value.as_ptr(), place, size) != 0 {
                        sys::rd_kafka_conf_destroy(conf);
                        return Err(KafkaError::ClientConfig(text(place)));
                    }
                }
                Ok(conf)
            }
        }

        /// Makes a handle; it takes the configuration over.
        pub(crate) fn handle(kind: c_int, conf: *mut c_void) -> KafkaResult<*mut c_void> {
            let mut reason = [0; 512];
            let (place, size) = (reason.as_mut_ptr(), reason.len());
            // Safety: the configuration was just made.
            let rk = unsafe { sys::rd_kafka_new(kind, conf, place, size) };
            match rk.is_null() {
                true => Err(KafkaError::ClientCreation(text(place))),
                false => Ok(rk),
            }
        }
    }
}

pub mod admin {
    use std::marker::PhantomData;

    use super::client::{ClientContext, DefaultClientContext};
    use super::config::{ClientConfig, FromClientConfig};
    use super::error::{KafkaResult, RDKafkaErrorCode};
    use super::util::Timeout;

    pub struct AdminClient<C: ClientContext> {
        context: PhantomData<C>,
    }

    #[derive(Default)]
    pub struct AdminOptions(());

    pub struct NewTopic<'a> {
        name: &'a str,
    }

    pub enum TopicReplication<'a> {
        Fixed(i32),
        Variable(&'a [&'a [i32]]),
    }

    pub type TopicResult = Result<String, (String, RDKafkaErrorCode)>;

    impl AdminOptions {
        pub fn new() -> Self {
            Self::default()
        }

        pub fn operation_timeout<T: Into<Timeout>>(self, _timeout: Option<T>) -> Self {
            self
        }
    }

    impl<'a> NewTopic<'a> {
        pub fn new(name: &'a str, _partitions: i32, _replication: TopicReplication<'a>) -> Self {
            Self { name }
        }

        pub fn set(self, _key: &'a str, _value: &'a str) -> Self {
            self
        }
    }

    impl FromClientConfig for AdminClient<DefaultClientContext> {
        fn from_config(_config: &ClientConfig) -> KafkaResult<Self> {
            Ok(Self { context: PhantomData })
        }
    }

    impl<C: ClientContext> AdminClient<C> {
        pub fn create_topics<'a, I>(
            &self,
            topics: I,
            _options: &AdminOptions,
        ) -> impl Future<Output = KafkaResult<Vec<TopicResult>>> + use<'a, C, I>
        where
            I: IntoIterator<Item = &'a NewTopic<'a>>,
        {
            let refuse = |topic: &NewTopic<'_>| {
                Err((topic.name.to_owned(), RDKafkaErrorCode::UnsupportedFeature))
            };
            let refused = topics.into_iter().map(refuse).collect();
            std::future::ready(Ok(refused))
        }
    }
}

pub mod topic_partition_list {
    use std::marker::PhantomData;

    use super::error::KafkaResult;
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Offset {
        Beginning,
        End,
        Stored,
        Invalid,
        Offset(i64),
        OffsetTail(i64),
    }

    impl Offset {
        fn from_raw(raw: i64) -> Self {
            match raw {
                -2 => Self::Beginning,
                -1 => Self::End,
                -1000 => Self::Stored,
                -1001 => Self::Invalid,
                raw if raw <= -2000 => Self::OffsetTail(-2000 - raw),
                raw => Self::Offset(raw),
            }
        }

        fn raw(self) -> i64 {
            match self {
                Self::Beginning => -2,
                Self::End => -1,
                Self::Stored => -1000,
                Self::Invalid => -1001,
                Self::Offset(offset) => offset,
                Self::OffsetTail(offset) => -2000 - offset,
            }
        }
    }

    #[derive(Debug)]
    pub struct TopicPartitionList {
        pub(crate) native: *mut sys::List,
    }

    // Safety: a list belongs to nobody else.
    unsafe impl Send for TopicPartitionList {}
    unsafe impl Sync for TopicPartitionList {}

    pub struct TopicPartitionListElem<'a> {
        native: *mut sys::Partition,
        list: PhantomData<&'a TopicPartitionList>,
    }

    impl Default for TopicPartitionList {
        fn default() -> Self {
            Self::new()
        }
    }

    impl TopicPartitionList {
        pub fn new() -> Self {
            // Safety: nothing is asked for.
            Self { native: unsafe { sys::rd_kafka_topic_partition_list_new(4) } }
        }

        pub fn add_partition(&mut self, topic: &str, partition: i32) -> TopicPartitionListElem<'_> {
            let topic = c_text(topic);
            // Safety: the list is valid, and librdkafka copies the text.
            let native = unsafe {
                sys::rd_kafka_topic_partition_list_add(self.native, topic.as_ptr(), partition)
            };
            TopicPartitionListElem { native, list: PhantomData }
        }

        pub fn add_partition_offset(
            &mut self,
            topic: &str,
            partition: i32,
            offset: Offset,
        ) -> KafkaResult<()> {
            let element = self.add_partition(topic, partition);
            // Safety: the element was just made.
            unsafe { (*element.native).offset = offset.raw() };
            Ok(())
        }

        pub fn elements(&self) -> Vec<TopicPartitionListElem<'_>> {
            // Safety: the list has as many elements as it says.
            unsafe {
                let count = usize::try_from((*self.native).cnt).unwrap_or(0);
                let at = |n| TopicPartitionListElem {
                    native: (*self.native).elems.add(n),
                    list: PhantomData,
                };
                (0..count).map(at).collect()
            }
        }
    }

    impl Drop for TopicPartitionList {
        fn drop(&mut self) {
            // Safety: it is dropped once.
            unsafe { sys::rd_kafka_topic_partition_list_destroy(self.native) };
        }
    }

    impl TopicPartitionListElem<'_> {
        pub fn topic(&self) -> &str {
            // Safety: the text lives as long as the list.
            unsafe { CStr::from_ptr((*self.native).topic) }.to_str().unwrap_or_default()
        }

        pub fn partition(&self) -> i32 {
            // Safety: as above.
            unsafe { (*self.native).partition }
        }

        pub fn offset(&self) -> Offset {
            // Safety: as above.
            Offset::from_raw(unsafe { (*self.native).offset })
        }
    }
}

pub mod message {
    use std::marker::PhantomData;

    use super::*;

    pub trait ToBytes {
        fn to_bytes(&self) -> &[u8];
    }

    impl ToBytes for str {
        fn to_bytes(&self) -> &[u8] {
            self.as_bytes()
        }
    }

    pub trait Message {
        fn payload(&self) -> Option<&[u8]>;
        fn topic(&self) -> &str;
        fn partition(&self) -> i32;
        fn offset(&self) -> i64;
    }

    /// A message that could not be sent.
    #[derive(Debug)]
    pub struct OwnedMessage(pub(crate) ());

    /// A message as librdkafka has it.
    pub struct BorrowedMessage<'a> {
        pub(crate) native: *mut sys::Message,
        pub(crate) owner: PhantomData<&'a ()>,
    }

    impl Message for BorrowedMessage<'_> {
        fn payload(&self) -> Option<&[u8]> {
            // Safety: librdkafka's message lives as long as this.
            unsafe {
                let message = &*self.native;
                let bytes = message.payload.cast::<u8>();
                (!bytes.is_null()).then(|| std::slice::from_raw_parts(bytes, message.len))
            }
        }

        fn topic(&self) -> &str {
            // Safety: as above.
            let name = unsafe { CStr::from_ptr(sys::rd_kafka_topic_name((*self.native).rkt)) };
            name.to_str().unwrap_or_default()
        }

        fn partition(&self) -> i32 {
            // Safety: as above.
            unsafe { (*self.native).partition }
        }

        fn offset(&self) -> i64 {
            // Safety: as above.
            unsafe { (*self.native).offset }
        }
    }

    impl Drop for BorrowedMessage<'_> {
        fn drop(&mut self) {
            // Safety: it is dropped once.
            unsafe { sys::rd_kafka_message_destroy(self.native) };
        }
    }
}

pub mod producer {
    use std::marker::PhantomData;
    use std::pin::Pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::{Context, Poll};
    use std::thread::JoinHandle;

    use futures_channel::oneshot;

    use super::client::{Client, DefaultClientContext};
    use super::config::{ClientConfig, FromClientConfig};
    use super::error::{KafkaError, KafkaResult, RDKafkaErrorCode, checked};
    use super::message::{OwnedMessage, ToBytes};
    use super::util::Timeout;
    use super::*;

    pub struct FutureRecord<'a, K: ToBytes + ?Sized, P: ToBytes + ?Sized> {
        pub topic: &'a str,
        pub payload: Option<&'a P>,
        pub key: Option<&'a K>,
    }

    impl<'a, K: ToBytes + ?Sized, P: ToBytes + ?Sized> FutureRecord<'a, K, P> {
        pub fn to(topic: &'a str) -> Self {
            Self { topic, payload: None, key: None }
        }

        pub fn payload(mut self, payload: &'a P) -> Self {
            self.payload = Some(payload);
            self
        }

        pub fn key(mut self, key: &'a K) -> Self {
            self.key = Some(key);
            self
        }
    }

    #[derive(Clone, Debug)]
    pub struct Delivery {
        pub partition: i32,
        pub offset: i64,
    }

    pub type OwnedDeliveryResult = Result<Delivery, (KafkaError, OwnedMessage)>;

    pub struct DeliveryFuture {
        receiver: oneshot::Receiver<OwnedDeliveryResult>,
    }

    impl Future for DeliveryFuture {
        type Output = Result<OwnedDeliveryResult, oneshot::Canceled>;

        fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
            Pin::new(&mut self.receiver).poll(context)
        }
    }

    pub trait Producer {
        fn client(&self) -> &Client;
        fn flush<T: Into<Timeout>>(&self, timeout: T) -> KafkaResult<()>;
    }

    #[derive(Clone)]
    pub struct FutureProducer<C = DefaultClientContext> {
        inner: Arc<Inner>,
        context: PhantomData<C>,
    }

    struct Inner {
        client: Arc<Client>,
        is_over: Arc<AtomicBool>,
        poller: Option<JoinHandle<()>>,
    }

    extern "C" fn delivered(_: *mut c_void, message: *const sys::Message, _: *mut c_void) {
        // Safety: the private part is the sender that was given with the message.
        unsafe {
            let message = &*message;
            let sender: Box<oneshot::Sender<OwnedDeliveryResult>> =
                Box::from_raw(message.private.cast());
            let result = match checked(message.err) {
                Ok(()) => Ok(Delivery { partition: message.partition, offset: message.offset }),
                Err(error) => Err((error, OwnedMessage(()))),
            };
            sender.send(result).ok();
        }
    }

    impl FromClientConfig for FutureProducer {
        fn from_config(config: &ClientConfig) -> KafkaResult<Self> {
            let conf = config.native()?;
            // Safety: the configuration was just made.
            unsafe { sys::rd_kafka_conf_set_dr_msg_cb(conf, delivered) };
            let client = Arc::new(Client { rk: ClientConfig::handle(sys::PRODUCER, conf)? });
            let is_over = Arc::new(AtomicBool::new(false));
            let poller = {
                let (client, is_over) = (client.clone(), is_over.clone());
                std::thread::spawn(move || {
                    while !is_over.load(Ordering::Relaxed) {
                        // Safety: the handle lives as long as this thread.
                        unsafe { sys::rd_kafka_poll(client.rk, 50) };
                    }
                })
            };
            let inner = Arc::new(Inner { client, is_over, poller: Some(poller) });
            Ok(Self { inner, context: PhantomData })
        }
    }

    impl Drop for Inner {
        fn drop(&mut self) {
            self.is_over.store(true, Ordering::Relaxed);
            if let Some(poller) = self.poller.take() {
                poller.join().ok();
            }
            // Safety: nobody has the handle any more.
            unsafe { sys::rd_kafka_destroy(self.client.rk) };
        }
    }

    impl<C> FutureProducer<C> {
        pub fn send_result<'a, K, P>(
            &self,
            record: FutureRecord<'a, K, P>,
        ) -> Result<DeliveryFuture, (KafkaError, FutureRecord<'a, K, P>)>
        where
            K: ToBytes + ?Sized,
            P: ToBytes + ?Sized,
        {
            let (sender, receiver) = oneshot::channel::<OwnedDeliveryResult>();
            let sender = Box::into_raw(Box::new(sender));
            let topic = c_text(record.topic);
            let payload = record.payload.map_or(&[][..], ToBytes::to_bytes);
            let key = record.key.map_or(&[][..], ToBytes::to_bytes);
            // Safety: topic, key and payload are copied; the sender comes back in `delivered`.
            let code = unsafe {
                sys::rd_kafka_producev(
                    self.inner.client.rk,
                    sys::VTYPE_TOPIC,
                    topic.as_ptr(),
                    sys::VTYPE_MSGFLAGS,
                    sys::MSG_F_COPY,
                    sys::VTYPE_VALUE,
                    payload.as_ptr(),
                    payload.len(),
                    sys::VTYPE_KEY,
                    key.as_ptr(),
                    key.len(),
                    sys::VTYPE_OPAQUE,
                    sender,
                    sys::VTYPE_END,
                )
            };
            if code != 0 {
                // Safety: librdkafka did not take it.
                drop(unsafe { Box::from_raw(sender) });
                let code = RDKafkaErrorCode::Other(code);
                return Err((KafkaError::Global(code), record));
            }
            Ok(DeliveryFuture { receiver })
        }
    }

    impl<C> Producer for FutureProducer<C> {
        fn client(&self) -> &Client {
            &self.inner.client
        }

        fn flush<T: Into<Timeout>>(&self, timeout: T) -> KafkaResult<()> {
            // Safety: the handle is valid.
            checked(unsafe { sys::rd_kafka_flush(self.inner.client.rk, timeout.into().ms()) })
        }
    }
}

pub mod consumer {
    use std::marker::PhantomData;
    use std::mem::ManuallyDrop;
    use std::sync::Arc;

    use super::client::{Client, ClientContext, DefaultClientContext};
    use super::config::{ClientConfig, FromClientConfig, FromClientConfigAndContext};
    use super::error::{KafkaError, KafkaResult, RDKafkaErrorCode, checked};
    use super::message::BorrowedMessage;
    use super::util::Timeout;
    use super::*;

    #[derive(Clone, Debug)]
    pub enum Rebalance<'a> {
        Assign(&'a TopicPartitionList),
        Revoke(&'a TopicPartitionList),
        Error(KafkaError),
    }

    pub trait ConsumerContext: ClientContext + Sized {
        fn pre_rebalance(&self, _consumer: &BaseConsumer<Self>, _rebalance: &Rebalance<'_>) {}
        fn post_rebalance(&self, _consumer: &BaseConsumer<Self>, _rebalance: &Rebalance<'_>) {}
    }

    pub type DefaultConsumerContext = DefaultClientContext;

    impl ConsumerContext for DefaultClientContext {}

    #[derive(Clone, Copy, Debug)]
    pub enum CommitMode {
        Sync = 0,
        Async = 1,
    }

    pub struct BaseConsumer<C: ConsumerContext = DefaultConsumerContext> {
        client: Client,
        context: Arc<C>,
    }

    extern "C" fn rebalanced<C: ConsumerContext>(
        rk: *mut c_void,
        err: c_int,
        partitions: *mut sys::List,
        context: *mut c_void,
    ) {
        // Safety: the context lives as long as the handle; the list belongs to librdkafka.
        unsafe {
            // Never dropped, so neither the handle nor the count of the context changes.
            let context = Arc::from_raw(context.cast::<C>().cast_const());
            let consumer = ManuallyDrop::new(BaseConsumer { client: Client { rk }, context });
            let list = ManuallyDrop::new(TopicPartitionList { native: partitions });
            let rebalance = match err {
                sys::ASSIGN_PARTITIONS => Rebalance::Assign(&list),
                sys::REVOKE_PARTITIONS => Rebalance::Revoke(&list),
                err => Rebalance::Error(KafkaError::Global(RDKafkaErrorCode::Other(err))),
            };
            consumer.context.pre_rebalance(&consumer, &rebalance);
            let to = match err {
                sys::ASSIGN_PARTITIONS => partitions.cast_const(),
                _ => std::ptr::null(),
            };
            sys::rd_kafka_assign(rk, to);
            consumer.context.post_rebalance(&consumer, &rebalance);
        }
    }

    impl FromClientConfig for BaseConsumer {
        fn from_config(config: &ClientConfig) -> KafkaResult<Self> {
            Self::from_config_and_context(config, DefaultClientContext)
        }
    }

    impl<C: ConsumerContext> FromClientConfigAndContext<C> for BaseConsumer<C> {
        fn from_config_and_context(config: &ClientConfig, context: C) -> KafkaResult<Self> {
            let (conf, context) = (config.native()?, Arc::new(context));
            // Safety: the context lives as long as the consumer.
            unsafe {
                sys::rd_kafka_conf_set_opaque(conf, Arc::as_ptr(&context).cast_mut().cast());
                sys::rd_kafka_conf_set_rebalance_cb(conf, rebalanced::<C>);
                let rk = ClientConfig::handle(sys::CONSUMER, conf)?;
                sys::rd_kafka_poll_set_consumer(rk);
                Ok(Self { client: Client { rk }, context })
            }
        }
    }

    impl<C: ConsumerContext> Drop for BaseConsumer<C> {
        fn drop(&mut self) {
            // Safety: it is dropped once, and callbacks end with the first call.
            unsafe {
                sys::rd_kafka_consumer_close(self.client.rk);
                sys::rd_kafka_destroy(self.client.rk);
            }
        }
    }

    impl<C: ConsumerContext> BaseConsumer<C> {
        pub fn poll<T: Into<Timeout>>(&self, timeout: T) -> Option<KafkaResult<BorrowedMessage<'_>>> {
            // Safety: the handle is valid, and so is the message until it is dropped.
            let native = unsafe { sys::rd_kafka_consumer_poll(self.client.rk, timeout.into().ms()) };
            if native.is_null() {
                return None;
            }
            let message = BorrowedMessage { native, owner: PhantomData };
            // Safety: as above.
            Some(checked(unsafe { (*native).err }).map(|()| message))
        }
    }

    pub trait Consumer<C: ConsumerContext = DefaultConsumerContext> {
        fn client(&self) -> &Client;

        fn subscribe(&self, topics: &[&str]) -> KafkaResult<()> {
            let mut list = TopicPartitionList::new();
            for topic in topics {
                list.add_partition(topic, -1);
            }
            // Safety: handle and list are valid.
            checked(unsafe { sys::rd_kafka_subscribe(self.client().rk, list.native) })
        }

        fn assign(&self, list: &TopicPartitionList) -> KafkaResult<()> {
            // Safety: as above.
            checked(unsafe { sys::rd_kafka_assign(self.client().rk, list.native) })
        }

        fn assignment(&self) -> KafkaResult<TopicPartitionList> {
            let mut native = std::ptr::null_mut();
            // Safety: as above; the list is ours.
            checked(unsafe { sys::rd_kafka_assignment(self.client().rk, &raw mut native) })?;
            Ok(TopicPartitionList { native })
        }

        fn pause(&self, list: &TopicPartitionList) -> KafkaResult<()> {
            // Safety: as above.
            checked(unsafe { sys::rd_kafka_pause_partitions(self.client().rk, list.native) })
        }

        fn resume(&self, list: &TopicPartitionList) -> KafkaResult<()> {
            // Safety: as above.
            checked(unsafe { sys::rd_kafka_resume_partitions(self.client().rk, list.native) })
        }

        fn store_offsets(&self, list: &TopicPartitionList) -> KafkaResult<()> {
            // Safety: as above.
            checked(unsafe { sys::rd_kafka_offsets_store(self.client().rk, list.native) })
        }

        fn commit(&self, list: &TopicPartitionList, mode: CommitMode) -> KafkaResult<()> {
            // Safety: as above.
            checked(unsafe { sys::rd_kafka_commit(self.client().rk, list.native, mode as c_int) })
        }

        fn committed_offsets<T: Into<Timeout>>(
            &self,
            list: TopicPartitionList,
            timeout: T,
        ) -> KafkaResult<TopicPartitionList> {
            let ms = timeout.into().ms();
            // Safety: as above.
            checked(unsafe { sys::rd_kafka_committed(self.client().rk, list.native, ms) })?;
            Ok(list)
        }

        fn fetch_watermarks<T: Into<Timeout>>(
            &self,
            topic: &str,
            partition: i32,
            timeout: T,
        ) -> KafkaResult<(i64, i64)> {
            let (topic, ms) = (c_text(topic), timeout.into().ms());
            let (mut low, mut high) = (0, 0);
            let (rk, low_place, high_place) = (self.client().rk, &raw mut low, &raw mut high);
            // Safety: as above.
            checked(unsafe {
                let topic = topic.as_ptr();
                sys::rd_kafka_query_watermark_offsets(rk, topic, partition, low_place, high_place, ms)
            })?;
            Ok((low, high))
        }
    }

    impl<C: ConsumerContext> Consumer<C> for BaseConsumer<C> {
        fn client(&self) -> &Client {
            &self.client
        }
    }
}
