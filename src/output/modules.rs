//! Modules: how each stands, and deltas that were recorded by hand.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::engine::ModuleRecord;
use crate::modules::{ModuleScale, ModuleTrend};
use crate::output::cell::{Cell, short, signed};
use crate::output::conditions::unit_words;
use crate::output::document::Document;
use crate::output::sparkline::sparkline;
use crate::output::table::Table;
use crate::policy::{HASHED_BUCKETS, NotedModules};

/// How many of the newest deltas are drawn.
const BARS: usize = 12;

/// How one module stands.
#[derive(Clone, Debug, Serialize)]
struct RankedModule {
    /// Its place by total, from 1.
    rank: usize,
    /// Its name.
    module: String,
    /// Its number in first-seen order, from 0.
    index: u32,
    /// The sum of all its deltas.
    total: f64,
    /// Their mean.
    mean: f64,
    /// How many there were.
    count: u32,
    /// The newest deltas, oldest first.
    recent: Vec<f64>,
    /// Whether its returns diminish now.
    diminishing: bool,
    /// Mean of the deltas that were judged, in units; none if there are too few.
    recent_mean: Option<f64>,
    /// Their spread, in units.
    recent_spread: Option<f64>,
    /// Whether it was published once that it diminishes.
    reported: bool,
    /// Its bucket in the state of the policy, 1..8.
    bucket: u16,
}

/// The modules of one engine.
#[derive(Clone, Debug, Serialize)]
pub struct EngineModules {
    engine: String,
    /// By what they are judged.
    scale: ModuleScale,
    /// The module that a delta was recorded for last.
    newest: Option<String>,
    /// How many names share a bucket with an earlier one.
    collisions: usize,
    /// Their names in first-seen order.
    first_seen: Vec<String>,
    /// Each, by total.
    modules: Vec<RankedModule>,
}

impl EngineModules {
    /// Ranks the modules of an engine.
    #[must_use]
    pub fn new(engine: String, record: &ModuleRecord) -> Self {
        let (trends, scale) = (&record.trends, record.scale());
        let ranked = trends.rankings().into_iter();
        let modules = ranked.filter_map(|(name, _)| trends.get(name));
        Self {
            engine,
            scale,
            newest: trends.newest().map(|module| module.name.clone()),
            collisions: trends.collisions(HASHED_BUCKETS),
            first_seen: trends.modules().iter().map(|it| it.name.clone()).collect(),
            modules: modules
                .enumerate()
                .map(|(place, module)| RankedModule::new(place + 1, module, &scale))
                .collect(),
        }
    }

    fn headline(&self) -> String {
        let scale = &self.scale;
        let count = match self.modules.len() {
            1 => "1 module".to_owned(),
            count => format!("{count} modules"),
        };
        format!(
            "{}: {count}; diminishing where |mean| <= {} and spread < {}, last {} deltas {}",
            self.engine,
            short(scale.threshold),
            short(scale.spread_limit),
            scale.consecutive,
            unit_words(scale)
        )
    }
}

impl RankedModule {
    fn new(rank: usize, module: &ModuleTrend, scale: &ModuleScale) -> Self {
        let window = scale.window(module);
        Self {
            rank,
            module: module.name.clone(),
            index: module.index,
            total: module.total,
            mean: module.mean,
            count: module.count,
            recent: module.recent.clone(),
            diminishing: scale.judge(module).is_some(),
            recent_mean: window.map(|window| window.mean),
            recent_spread: window.map(|window| window.spread),
            reported: module.reported,
            bucket: NotedModules::bucket_of(&module.name),
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let newest = self.recent.len().saturating_sub(BARS);
        let number = |number: Option<f64>| {
            number.map_or_else(Cell::none, |it| Cell::both(short(it), it.to_string()))
        };
        let returns = match (self.diminishing, self.recent_mean) {
            (true, _) => "diminishing",
            (false, Some(_)) => "steady",
            (false, None) => "too few",
        };
        vec![
            Cell::text(self.rank.to_string()),
            Cell::text(&self.module),
            Cell::signed(Some(self.total)),
            Cell::signed(Some(self.mean)),
            Cell::text(self.count.to_string()),
            Cell::text(sparkline(self.recent.get(newest..).unwrap_or_default())),
            Cell::text(returns),
            number(self.recent_mean),
            number(self.recent_spread),
            Cell::text(self.bucket.to_string()),
        ]
    }
}

/// The modules of engines.
#[derive(Debug, Serialize)]
pub struct ModulesDocument {
    schema_version: u32,
    engines: Vec<EngineModules>,
    /// Whether one engine was asked for: then its name stands above the rows and not in them.
    #[serde(skip)]
    is_of_one: bool,
}

impl ModulesDocument {
    /// Lists the modules of these engines, in their order.
    #[must_use]
    pub fn new(engines: Vec<EngineModules>, is_of_one: bool) -> Self {
        Self {
            schema_version: 1,
            engines,
            is_of_one,
        }
    }
}

impl Document for ModulesDocument {
    const ROWS: &'static str = "engines";

    fn table(&self, _now: UnixTime) -> Table {
        let with_modules = || self.engines.iter().filter(|it| !it.modules.is_empty());
        let row = |engine: &EngineModules, module: &RankedModule| {
            let name = Cell::text(&engine.engine);
            let name = (!self.is_of_one).then_some(name);
            name.into_iter().chain(module.cells()).collect()
        };
        let mut header = vec![
            "ENGINE",
            "RANK",
            "MODULE",
            "TOTAL",
            "MEAN",
            "COUNT",
            "NEWEST",
            "RETURNS",
            "MEAN NOW",
            "SPREAD NOW",
            "BUCKET",
        ];
        header.drain(..usize::from(self.is_of_one));
        Table {
            before: with_modules().map(EngineModules::headline).collect(),
            header,
            rows: with_modules()
                .flat_map(|engine| engine.modules.iter().map(move |module| row(engine, module)))
                .collect(),
            after: Vec::new(),
        }
    }

    fn nothing(&self) -> Option<String> {
        if self.engines.iter().any(|it| !it.modules.is_empty()) {
            return None;
        }
        Some(match (self.is_of_one, self.engines.as_slice()) {
            (true, [engine]) => format!(
                "no modules of {} yet; a pipeline names them in its result (`\"modules\": {{\"parser.py\": 2.1}}`), \
                 or record deltas with `sie modules record {} MODULE=DELTA`",
                engine.engine, engine.engine
            ),
            (_, []) => {
                "no engines are registered; register one with `sie register NAME --pipeline 'CMD'`"
                    .to_owned()
            }
            _ => "no engine has modules yet; pipelines name them in their results \
                  (`\"modules\": {\"parser.py\": 2.1}`)"
                .to_owned(),
        })
    }
}

/// A delta that was recorded by hand, and how its module stands after all of them.
#[derive(Debug, Serialize)]
pub struct RecordedDelta {
    /// Its module.
    pub module: String,
    /// The delta.
    pub delta: f64,
    /// The sum of all deltas of the module.
    pub total: f64,
    /// Whether its returns diminish now.
    pub diminishing: bool,
}

/// What `modules record` did.
#[derive(Debug, Serialize)]
pub struct RecordedDeltasDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The engine.
    pub engine: String,
    /// Each delta, in the order given.
    pub recorded: Vec<RecordedDelta>,
    /// The modules that turned diminishing with them, for the first time.
    pub newly_diminishing: Vec<String>,
}

impl Document for RecordedDeltasDocument {
    const ROWS: &'static str = "recorded";

    fn table(&self, _now: UnixTime) -> Table {
        let (verb, turns) = if self.dry_run {
            ("would record", "would turn diminishing")
        } else {
            ("recorded", "turned diminishing")
        };
        let deltas = match self.recorded.as_slice() {
            [_] => "1 delta".to_owned(),
            many => format!("{} deltas", many.len()),
        };
        let mut before = vec![format!("{verb} {deltas} for {}", self.engine)];
        before.extend(self.recorded.iter().map(|it| {
            let (delta, total) = (signed(it.delta), signed(it.total));
            format!("  {} {delta}   total {total}", it.module)
        }));
        let new = self.newly_diminishing.iter();
        before.extend(new.map(|module| format!("  {module} {turns}")));
        let row = |it: &RecordedDelta| {
            vec![
                Cell::text(&self.engine),
                Cell::text(&it.module),
                Cell::signed(Some(it.delta)),
                Cell::signed(Some(it.total)),
                Cell::text(if it.diminishing { "diminishing" } else { "" }),
            ]
        };
        Table {
            before,
            rows: self.recorded.iter().map(row).collect(),
            ..Table::default()
        }
    }
}
