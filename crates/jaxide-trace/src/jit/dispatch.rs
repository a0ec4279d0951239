//! One call: find the signature, else trace; then run the program or record it.

use std::sync::Arc;

use arc_swap::ArcSwap;
use jaxide_lax::check::insert;

use super::{
    At, Options, Statistics, explain,
    key::{self, Dynamic, Key},
    program::Program,
};
use crate::{
    Array, config,
    error::{Error, Result},
    func::{Fun, Params},
    trace::{self, is_recording},
    tree::{Tree, tree_leaves},
};

pub(super) struct Entry<O> {
    pub(super) key: Key,
    pub(super) program: Program,
    /// The output with placeholders for leaves.
    template: O,
}

pub(super) struct Inner<'f, P: Params, O: 'f> {
    pub(super) fun: Fun<'f, P, O>,
    pub(super) options: Options,
    pub(super) statistics: Statistics,
    pub(super) cache: ArcSwap<Vec<Arc<Entry<O>>>>,
}

impl<P: Params, O: Tree> Inner<'_, P, O> {
    /// Above this many signatures hashes are compared first.
    const SCAN: usize = 4;

    #[inline]
    pub(super) fn run(&self, args: P::Args<'_>, at: At) -> Result<O> {
        if self.options.backend.is_none() && !is_recording() {
            return Ok(P::apply(&self.fun.call, args));
        }
        let statics = self.options.statics;
        let config = config::settings().key();
        let cache = self.cache.load();
        let hash = (cache.len() > Self::SCAN).then(|| key::hash::<P>(&args, statics, config));
        for entry in cache.iter() {
            if hash.is_none_or(|hash| hash == entry.key.hash)
                && entry.key.matches::<P>(&args, statics, config)
            {
                return self.execute(entry, &args, at);
            }
        }
        drop(cache);
        let entry = self.miss(&args, at)?;
        self.execute(&entry, &args, at)
    }

    #[inline]
    fn execute(&self, entry: &Entry<O>, args: &P::Args<'_>, at: At) -> Result<O> {
        let mut dynamic = Dynamic::new(self.options.statics);
        P::visit(args, &mut dynamic);
        let outputs = if is_recording() {
            entry.program.record(&self.fun.info, self.options.inline, &dynamic.leaves, at)?
        } else {
            entry.program.run(
                &self.fun.info,
                &self.options,
                &self.statistics,
                &dynamic.leaves,
                at,
            )?
        };
        let mut outputs = outputs.into_iter();
        Ok(entry.template.map(&mut |_| outputs.next().expect("one result per leaf of the output")))
    }

    pub(super) fn key(&self, args: &P::Args<'_>) -> Result<Key> {
        Key::of::<P>(args, &self.fun.info, self.options.statics, config::settings().key())
    }

    #[cold]
    pub(super) fn miss(&self, args: &P::Args<'_>, at: At) -> Result<Arc<Entry<O>>> {
        let key = self.key(args)?;
        let cache = self.cache.load();
        let previous: Vec<&Key> = cache.iter().map(|entry| &entry.key).collect();
        explain::admit(&self.fun.info, &self.options, &self.statistics, &key, &previous)?;
        let entry = Arc::new(self.trace(key, args, at)?);
        if entry.program.is_reusable() {
            self.cache.rcu(|cache| {
                let mut cache = Vec::clone(cache);
                if !cache.iter().any(|known| known.key.same(&entry.key)) {
                    cache.push(entry.clone());
                }
                cache
            });
        }
        Ok(entry)
    }

    fn trace(&self, key: Key, args: &P::Args<'_>, at: At) -> Result<Entry<O>> {
        let info = &self.fun.info;
        let statics = self.options.statics;
        let scope = format!("jit({})", info.name);
        let mut labels = key.labels();
        let (jaxpr, captured, template) = trace::trace(info, "jit", &scope, |guard| {
            let owned = P::own(args, &mut |index, leaf| {
                if statics >> index & 1 == 1 {
                    leaf.clone()
                } else {
                    let label = labels.next().expect("one label per traced leaf");
                    guard.input(leaf.aval().clone(), label.to_string(), at)
                }
            });
            let output = P::apply(&self.fun.call, P::lend(&owned));
            let leaves = tree_leaves(&output);
            let placeholder = Array::from_number(0);
            (leaves, output.map(&mut |_| placeholder.clone()))
        })?;
        drop(labels);
        // What is in force for all is added when the whole program is compiled.
        let checks = self.options.checks.without(config::settings().checks());
        let checked = insert(&jaxpr, checks).map_err(Error::Engine)?;
        let program = Program::new(checked.unwrap_or(jaxpr), captured, config::settings().checks());
        Ok(Entry { key, program, template })
    }
}
