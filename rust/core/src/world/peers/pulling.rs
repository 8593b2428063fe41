//! What a process asks of another, and what it does with the answer.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::table::{ReplicaStatus, Table, retry_pause};
use crate::world::peers::Peering;
use crate::world::peers::image::arriving;
use crate::world::peers::message::{
    ChangePage, Question, ReadChangesInput, ReadChangesOutput, ReadItemsInput, TableChanges, TablePlace,
    from_body,
};

/// What follows an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// There is more to ask.
    Again,
    /// All that there was is applied.
    Idle,
    /// Something could not be applied, for want of throughput or by a failure.
    After(Duration),
}

impl Peering {
    /// What to ask another process next.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn next_question(
        &mut self,
        engine: &mut Engine,
        peer: &str,
        now: Timestamp,
    ) -> Result<Question, Error> {
        if let Some(question) = self.questions.get_mut(peer).and_then(std::collections::VecDeque::pop_front) {
            return Ok(question);
        }
        self.settle(engine, now)?;
        self.prune(engine, now)?;
        let tables = engine.tables_now();
        let mut places = Vec::new();
        let questions = self.questions.entry(peer.to_owned()).or_default();
        for name in tables.replicated() {
            let Some(place) = tables.peer_place(&name, peer) else { continue };
            places.push(TablePlace {
                table_name: name.clone(),
                sequence_number: place.applied,
                setting_number: place.setting,
            });
            if let Some(copy) = &place.copy {
                questions.push_back(Question::ReadItems(ReadItemsInput {
                    region: self.region.clone(),
                    table_name: name,
                    place: copy.clone(),
                }));
            }
        }
        let making = self.making.iter().filter(|(_, source)| *source == peer);
        questions.extend(making.map(|(name, _)| Question::about(name, &self.region)));
        Ok(Question::ReadChanges(ReadChangesInput {
            region: self.region.clone(),
            tables: places,
            refused: self.refused.iter().cloned().collect(),
            left: tables.departures(peer),
        }))
    }

    /// Applies what another process answered. What that commits is to be durable before the next question.
    ///
    /// # Errors
    /// `SerializationException` where it is no answer, `ValidationException` where it comes from another Region than was
    /// asked, `InternalServerError`.
    pub fn absorb(
        &mut self,
        engine: &mut Engine,
        (peer, question): (&str, &Question),
        answer: &[u8],
        now: Timestamp,
    ) -> Result<Step, Error> {
        let step = match question {
            Question::ReadChanges(input) => {
                let output = from_body(answer)?;
                self.absorb_changes(engine, (peer, input), &output, now)?
            }
            Question::DescribeTable(input) => {
                self.make_replica(engine, (peer, &input.table_name), from_body(answer)?, now)?
            }
            Question::ReadItems(input) => {
                self.absorb_items(engine, (peer, input), &from_body(answer)?, now)?
            }
        };
        engine.save()?;
        let waits = self.questions.get(peer).is_some_and(|questions| !questions.is_empty());
        Ok(if step == Step::Idle && waits { Step::Again } else { step })
    }

    fn absorb_changes(
        &mut self,
        engine: &mut Engine,
        (peer, input): (&str, &ReadChangesInput),
        output: &ReadChangesOutput,
        now: Timestamp,
    ) -> Result<Step, Error> {
        if output.region != peer {
            return Err(Error::Validation(format!("it serves {}, not {peer}", output.region)));
        }
        for name in &input.left {
            engine.tables(now).0.tell_departure(name, peer);
        }
        // Of names that this one says nothing of any more, others tell again.
        let is_told = |name: &String| output.tables.iter().any(|table| table.table_name == *name);
        self.refused.retain(is_told);
        let mut step = Step::Idle;
        for table in &output.tables {
            self.listed.insert((peer.to_owned(), table.table_name.clone()));
            let is_replicated = engine.tables_now().find(&table.table_name).is_some_and(Table::is_replicated);
            let next = if is_replicated {
                self.merge(engine, peer, table, now)?
            } else {
                self.consider(engine, table);
                Step::Idle
            };
            step = match (step, next) {
                (Step::After(pause), _) | (_, Step::After(pause)) => Step::After(pause),
                (Step::Again, _) | (_, Step::Again) => Step::Again,
                _ => Step::Idle,
            };
        }
        Ok(step)
    }

    fn merge(
        &mut self,
        engine: &mut Engine,
        peer: &str,
        table: &TableChanges,
        now: Timestamp,
    ) -> Result<Step, Error> {
        let name = table.table_name.as_str();
        self.adopt(engine, name, (&table.global_table, &table.revision), now)?;
        let Some(page) = &table.page else { return Ok(Step::Idle) };
        if engine.tables_now().peer_place(name, peer).is_none() {
            return Ok(Step::Idle);
        }
        self.make_settings(engine, (name, peer), page, now)?;
        apply_page(engine, (name, peer), page, now)
    }

    /// Makes the changes of settings that another Region made, in order; one that comes while the table changes waits.
    fn make_settings(
        &self,
        engine: &mut Engine,
        (name, peer): (&str, &str),
        page: &ChangePage,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (tables, now) = engine.tables(now);
        let global = tables.find(name).and_then(Table::global_table);
        let own = global.and_then(|global| global.replica(&self.region)).map(|own| own.settings.clone());
        let own = own.unwrap_or_default();
        // What is new here is not lost by what is applied.
        tables.read_settings(name, u64::MAX);
        let mut is_changed = false;
        for setting in &page.settings {
            let Some(place) = tables.peer_place(name, peer) else { break };
            if setting.number <= place.setting {
                continue;
            }
            // What cannot be done here, such as a change to what is there already, changes nothing.
            if let Err(Error::ResourceInUse(_) | Error::Internal(_)) =
                tables.apply_setting(name, (&setting.change, &own), now)
            {
                break;
            }
            if let Some(place) = tables.peer_place_mut(name, peer) {
                place.setting = setting.number;
                is_changed = true;
            }
        }
        if is_changed {
            // First what was changed, then how far that has come.
            engine.save()?;
            engine.tables(now).0.keep_peer_place(name, peer)?;
        }
        Ok(())
    }

    /// Looks at a global table of which this Region is a member that has no table: it is made, unless its name is taken
    /// or another member has not heard of it. That one might forget what only the new replica has not read.
    fn consider(&mut self, engine: &Engine, table: &TableChanges) {
        let name = table.table_name.as_str();
        let status = table.global_table.replica(&self.region).map(|replica| replica.status);
        let is_member = matches!(status, Some(ReplicaStatus::Creating | ReplicaStatus::Active));
        if !is_member || engine.tables_now().has_departed(name) {
            self.making.remove(name);
            self.refused.remove(name);
            return;
        }
        if engine.tables_now().find(name).is_some() {
            self.refused.insert(name.to_owned());
            return;
        }
        self.refused.remove(name);
        let serves = |region: &&str| *region != self.region;
        let active = table.global_table.replicas.iter().filter(|each| each.status == ReplicaStatus::Active);
        let others: Vec<&str> = active.map(|replica| replica.region.as_str()).filter(serves).collect();
        let has_listed = |region: &&str| self.listed.contains(&((*region).to_owned(), name.to_owned()));
        if let Some(source) = others.first().filter(|_| others.iter().all(has_listed)) {
            self.making.insert(name.to_owned(), (*source).to_owned());
        }
    }
}

/// Applies the changes of another Region in order, and stores how far that came.
fn apply_page(
    engine: &mut Engine,
    (name, peer): (&str, &str),
    page: &ChangePage,
    now: Timestamp,
) -> Result<Step, Error> {
    let (tables, now) = engine.tables(now);
    let Some(schema) = tables.find(name).map(|table| table.schema().clone()) else { return Ok(Step::Idle) };
    let (mut applied, mut held) = (None, None);
    for record in &page.records {
        let images = (&*record.keys, record.new_image.as_deref());
        let item = arriving(&schema, images, Some(&record.version))?;
        let refusal = tables.apply_arriving(name, (&item, false), now).err();
        held = refusal.as_ref().and_then(retry_pause);
        if held.is_some() {
            break;
        }
        applied = Some(record.sequence_number);
    }
    let Some(place) = tables.peer_place_mut(name, peer) else { return Ok(Step::Idle) };
    match held {
        Some(_) => place.applied = applied.unwrap_or(place.applied),
        None => {
            place.applied = place.applied.max(page.next_sequence_number);
            place.horizon = Some(page.horizon);
        }
    }
    if applied.is_some() {
        tables.keep_peer_place(name, peer)?;
    }
    Ok(match held {
        Some(pause) => Step::After(pause),
        None if page.records.is_empty() => Step::Idle,
        None => Step::Again,
    })
}
