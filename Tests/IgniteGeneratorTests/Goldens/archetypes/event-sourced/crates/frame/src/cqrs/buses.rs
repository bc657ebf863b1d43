use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{Error, Result};

/// What somebody asks to be done.
pub trait Command: Send + 'static {
    /// What the answer is.
    type Output: Send + 'static;
}

/// Does what a command asks for.
#[async_trait]
pub trait CommandHandler<C: Command>: Send + Sync + 'static {
    /// Does it, as a whole or not at all.
    ///
    /// # Errors
    /// Why it was not done.
    async fn handle(&self, command: C) -> Result<C::Output>;
}

/// What somebody asks to be told; nothing changes by it.
pub trait Query: Send + 'static {
    /// What the answer is.
    type Output: Send + 'static;
}

/// Answers a query.
#[async_trait]
pub trait QueryHandler<Q: Query>: Send + Sync + 'static {
    /// The answer.
    ///
    /// # Errors
    /// Why there is none.
    async fn handle(&self, query: Q) -> Result<Q::Output>;
}

type Handlers = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// Brings each command to its handler.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use frame::{Command, CommandBus, CommandHandler, Result};
///
/// struct Greet(&'static str);
///
/// impl Command for Greet {
///     type Output = String;
/// }
///
/// struct Greeter;
///
/// #[async_trait::async_trait]
/// impl CommandHandler<Greet> for Greeter {
///     async fn handle(&self, Greet(name): Greet) -> Result<String> {
///         Ok(format!("Hello, {name}"))
///     }
/// }
///
/// let commands = CommandBus::new().register::<Greet>(Greeter);
/// assert_eq!(commands.dispatch(Greet("Ada")).await?, "Hello, Ada");
/// # Ok::<(), frame::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct CommandBus {
    handlers: Handlers,
}

impl CommandBus {
    /// A bus that knows no command.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives commands of a type to a handler, in place of the one before.
    #[must_use]
    pub fn register<C: Command>(mut self, handler: impl CommandHandler<C>) -> Self {
        let handler: Arc<dyn CommandHandler<C>> = Arc::new(handler);
        self.handlers.insert(TypeId::of::<C>(), Arc::new(handler));
        self
    }

    /// Has the command done.
    ///
    /// # Errors
    /// [`Error::Internal`] for a command that nobody handles, and what the handler says.
    pub async fn dispatch<C: Command>(&self, command: C) -> Result<C::Output> {
        let handler = self.handlers.get(&TypeId::of::<C>());
        match handler.and_then(|handler| handler.downcast_ref::<Arc<dyn CommandHandler<C>>>()) {
            Some(handler) => handler.handle(command).await,
            None => Err(unhandled::<C>()),
        }
    }
}

/// Brings each query to its handler, as [`CommandBus`] does with commands.
#[derive(Clone, Default)]
pub struct QueryBus {
    handlers: Handlers,
}

impl QueryBus {
    /// A bus that knows no query.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives queries of a type to a handler, in place of the one before.
    #[must_use]
    pub fn register<Q: Query>(mut self, handler: impl QueryHandler<Q>) -> Self {
        let handler: Arc<dyn QueryHandler<Q>> = Arc::new(handler);
        self.handlers.insert(TypeId::of::<Q>(), Arc::new(handler));
        self
    }

    /// The answer to the query.
    ///
    /// # Errors
    /// [`Error::Internal`] for a query that nobody handles, and what the handler says.
    pub async fn ask<Q: Query>(&self, query: Q) -> Result<Q::Output> {
        let handler = self.handlers.get(&TypeId::of::<Q>());
        match handler.and_then(|handler| handler.downcast_ref::<Arc<dyn QueryHandler<Q>>>()) {
            Some(handler) => handler.handle(query).await,
            None => Err(unhandled::<Q>()),
        }
    }
}

fn unhandled<T>() -> Error {
    Error::Internal(format!("nobody handles {}", type_name::<T>()))
}

impl fmt::Debug for CommandBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CommandBus")
            .field(&self.handlers.len())
            .finish()
    }
}

impl fmt::Debug for QueryBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("QueryBus")
            .field(&self.handlers.len())
            .finish()
    }
}
